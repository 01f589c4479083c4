import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { dirname } from 'node:path';
import { createInterface } from 'node:readline';
import { afterEach, expect, it } from 'vitest';
import { chooseName } from '#test/clusters/choose.ts';
import { run } from '#test/clusters/machine/run.ts';
import { mayMakeNodes } from '#test/clusters/node/tools.ts';
import { type Traces, tracesOf } from './left-behind.ts';

const COMMAND = ['test/clusters/main.ts', '--pods', '--members', '2', '--json'];
const TOOLBOX = ['--toolbox', 'tombolo.test/toolbox:2'];
/** What this machine has of others while no set of this test's is there. */
const BEFORE = tracesOf('/nowhere/at-all');
const skip = (await chooseName(process.env)) !== 'go' || !mayMakeNodes();

let owner: ChildProcess | undefined;
afterEach(async () => {
  if (owner?.exitCode !== null || owner.signalCode !== null) return;
  const ended = once(owner, 'exit');
  owner.kill('SIGTERM');
  await ended;
});

/** `npm run clusters -- --pods`, once it is ready: the folder of its set. */
async function startSet(...more: string[]): Promise<{ process: ChildProcess; folder: string }> {
  const started = spawn(process.execPath, [...COMMAND, ...more], { stdio: ['ignore', 'pipe', 'inherit'] });
  owner = started;
  for await (const line of createInterface({ input: started.stdout })) {
    const { kubeconfig } = JSON.parse(line) as { kubeconfig: string };
    return { process: started, folder: dirname(kubeconfig) };
  }
  throw new Error('the set did not start: see the lines above');
}

/** A set shows itself in every respect that the test looks at, or finding nothing later would mean nothing. */
function expectTraces(traces: Traces): void {
  const { settings, ...things } = traces;
  for (const [what, found] of Object.entries(things)) expect(found, what).not.toEqual([]);
  expect(settings).toEqual(BEFORE.settings);
  const programs = [
    'containerd ',
    'containerd-shim',
    'kubelet',
    'kube-proxy',
    '/coredns',
    '/busybox',
    'etcd',
  ];
  for (const program of programs) expect(traces.processes.join('\n')).toContain(program);
}

it.skipIf(skip)(
  'lets nobody start a second set, says who has the first, and leaves nothing behind',
  async () => {
    const { process, folder } = await startSet();
    const second = run(globalThis.process.execPath, COMMAND);
    await expect(second).rejects.toThrow(
      `a set with real nodes runs on this machine already: process ${process.pid} has it (${folder})`,
    );
    expectTraces(tracesOf(folder));
    const ended = once(process, 'exit');
    process.kill('SIGINT');
    expect(await ended).toEqual([0, null]);
    expect(tracesOf(folder)).toEqual(BEFORE);
  },
);

it.skipIf(skip)('is cleaned up by the next one when it was killed', async () => {
  const { process, folder } = await startSet(...TOOLBOX);
  const ended = once(process, 'exit');
  process.kill('SIGKILL');
  await ended;
  expectTraces(tracesOf(folder));
  const printed = await run(globalThis.process.execPath, ['test/clusters/main.ts', '--clean']);
  expect(printed).toContain(`ended ${folder}`);
  expect(tracesOf(folder)).toEqual(BEFORE);
});
