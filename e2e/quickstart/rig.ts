import { execFile } from 'node:child_process';
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { fetchHelm4 } from '#test/charts/driver/binaries.ts';
import { tomboloImage } from '#test/charts/nodes/images.ts';
import { writeSharedKubeconfig } from '#test/clusters/describe.ts';
import type { Progress } from '#test/clusters/progress.ts';
import { startClusters } from '#test/clusters/start.ts';

const run = promisify(execFile);

const MEMBERS = ['zzzc', 'shbt'] as const;

/** The image whose containers the page starts: it stands in for one that a registry would have. */
const TOOLBOX = 'docker.io/alpine/socat:1.7.4.4';

/** What somebody has who begins: clusters without anything of Tombolo, a kubeconfig, and two programs in PATH. */
export interface Beginner {
  /** Types commands in bash, in a folder of its own; gives all that was said, in its order. Rejects where they fail. */
  types(commands: readonly string[]): Promise<string>;
  stop(): Promise<void>;
}

/** Starts a hub and two members with a node each, builds image and program, and gives the image to the nodes. */
export async function startBeginner(progress: Progress): Promise<Beginner> {
  const node = (name: string) => ({ name, node: true });
  const clusters = await startClusters({ hub: node('hub'), members: MEMBERS.map(node) }, { progress });
  try {
    const home = clusters.workspace.file('quickstart');
    const bin = join(home, 'bin');
    mkdirSync(bin, { recursive: true });
    const image = await progress.during('build the image', { usualMs: 30_000 }, () => tomboloImage(home));
    await progress.during('give the image to the nodes', { usualMs: 10_000 }, () =>
      Promise.all(
        [clusters.hub, ...clusters.members].map(async (cluster) => {
          await cluster.node.loadImage(image);
          await cluster.node.loadToolbox([TOOLBOX]);
        }),
      ),
    );
    await progress.during('bundle the program', { usualMs: 5_000 }, () => installProgram(home, bin));
    const env = {
      PATH: [bin, await fetchHelm4(progress), '/usr/bin:/bin'].join(':'),
      HOME: home,
      KUBECONFIG: writeSharedKubeconfig(clusters),
    };
    return { types: (commands) => type(commands, { cwd: home, env }), stop: () => clusters.stop() };
  } catch (error) {
    await clusters.stop();
    throw error;
  }
}

/** `tombolo` in PATH, as `npm run bundle` and a link make it. */
async function installProgram(home: string, bin: string): Promise<void> {
  const output = join(home, 'bundle');
  await run(process.execPath, ['scripts/bundle/main.ts', '--output', output]);
  const program = join(bin, 'tombolo');
  writeFileSync(program, `#!/bin/sh\nexec "${process.execPath}" "${output}/main.js" "$@"\n`);
  chmodSync(program, 0o755);
}

async function type(
  commands: readonly string[],
  { cwd, env }: { cwd: string; env: Record<string, string> },
): Promise<string> {
  // Both streams in one, as a terminal has them.
  const script = `exec 2>&1\n${commands.join('\n')}`;
  try {
    const options = { cwd, env, timeout: 300_000, maxBuffer: 1 << 24 };
    const { stdout } = await run('/bin/bash', ['--norc', '-euo', 'pipefail', '-c', script], options);
    return stdout;
  } catch (error) {
    const said = error instanceof Error && 'stdout' in error ? String(error.stdout) : '';
    throw new Error(`it failed:\n${commands.join('\n')}\n${said}`, { cause: error });
  }
}
