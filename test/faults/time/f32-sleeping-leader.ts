import { readFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, expect } from 'vitest';
import { AgentProcess } from '#test/driver/agent-process.ts';
import { endpoint, slice } from '#test/driver/builders.ts';
import { exportsPlain } from '#test/driver/exporting.ts';
import type { OpenedSet } from '#test/driver/use-set.ts';
import { type FaultProxy, startFaultProxy } from '#test/proxy/fault-proxy.ts';
import { faultKeepingAll } from '../frame/keeping.ts';

/** Four times as long as the Lease lasts. */
const ASLEEP_MS = 60_000;

/**
 * Two replicas of zzzc's agent as processes, one of them behind proxies of its own: so what it sends can be told from
 * what the other one sends, though both are the same identity. The minute is a real one, since it is the kernel's.
 */
export function sleepingLeader(set: OpenedSet): void {
  const zzzc = () => set().member('zzzc');
  const shbt = () => set().member('shbt');
  const proxies: FaultProxy[] = [];
  let first: AgentProcess;
  let second: AgentProcess;

  beforeAll(async () => {
    set().startHub();
    set().startAgent('shbt');
    const { kubeconfig, hubKubeconfig } = set().files('zzzc');
    const through = async (cluster: string, file: string) => {
      const proxy = await startFaultProxy({ target: set().cluster(cluster).kubeconfig });
      proxies.push(proxy);
      const text = await proxy.kubeconfigFor('zzzc', readFileSync(file, 'utf8'));
      return set().clusters.workspace.write(`proxied-${cluster}.kubeconfig`, text);
    };
    const flags = [
      '--kubeconfig',
      await through('zzzc', kubeconfig),
      '--hub-kubeconfig',
      await through('hub', hubKubeconfig),
    ];
    first = await AgentProcess.member(set(), 'zzzc', '--leader-elect', ...flags);
    await first.said('leading');
    second = await AgentProcess.member(set(), 'zzzc', '--leader-elect');
    await second.said('waiting: another process leads');
  });
  afterAll(async () => {
    await set().stopAgent('hub');
    await set().stopAgent('shbt');
    await Promise.all([first?.terminate(), second?.terminate()]);
    await Promise.all(proxies.map((proxy) => proxy.close()));
  });

  faultKeepingAll(
    set,
    'F32',
    'stopped for a minute in the middle of its work, it writes nothing when it wakes up, and ends',
    async (finding) => {
      await exportsPlain(zzzc(), 'prod', 'near', '198.18.44.1');
      await exportsPlain(shbt(), 'prod', 'far', '198.18.44.2');
      await zzzc().awaitAddresses('prod', 'far', 'shbt', ['198.18.44.2']);
      await shbt().awaitAddresses('prod', 'near', 'zzzc', ['198.18.44.1']);

      first.pause();
      const slept = pause(ASLEEP_MS);
      // Unseen by the sleeper, and read from its sockets as soon as it wakes up.
      await zzzc().slice(slice('prod', 'near', 'a', [endpoint('198.18.44.11')]));
      await shbt().slice(slice('prod', 'far', 'a', [endpoint('198.18.44.12')]));
      await second.said('leading');
      await zzzc().awaitAddresses('prod', 'far', 'shbt', ['198.18.44.12']);
      await shbt().awaitAddresses('prod', 'near', 'zzzc', ['198.18.44.11']);
      await slept;

      const before = proxies.map(({ requests }) => requests.length);
      first.resume();
      expect(await first.ended()).not.toBe(0);
      const late = proxies.flatMap(({ requests }, n) =>
        requests.slice(before[n]).filter(({ mutation }) => mutation),
      );
      const writes = late.map(({ method, path }) => `${method} ${path}`);
      finding.records({ 'writes by the ex-leader': writes.length });
      expect(writes).toEqual([]);
      // Not as log lines: its last words are for whoever started it.
      expect(first.output).toContain('"no longer leading"');

      // The other one goes on, and nothing goes back.
      await zzzc().slice(slice('prod', 'near', 'a', [endpoint('198.18.44.21')]));
      await shbt().awaitAddresses('prod', 'near', 'zzzc', ['198.18.44.21']);
      expect(await zzzc().importedAddresses('prod', 'far', 'shbt')).toEqual(['198.18.44.12']);
    },
    { timeout: 300_000 },
  );
}
