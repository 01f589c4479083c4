import { readFileSync } from 'node:fs';
import { onTestFinished } from 'vitest';
import { type FaultProxy, startFaultProxy } from '#test/proxy/fault-proxy.ts';
import type { TestSet } from './set.ts';

/** A member's way to an API server that leads through a proxy of its own. */
export interface ProxiedWay {
  readonly proxy: FaultProxy;
  /** The file of a kubeconfig that leads there, with the agent's own credentials. */
  readonly kubeconfig: string;
}

/** The agent's way to the hub. */
export async function proxiedToHub(set: TestSet, id: string): Promise<ProxiedWay> {
  return proxied(set, `${id}-to-hub`, set.files(id).hubKubeconfig);
}

/** Every member's way to the hub, until the test ends: their agents are restarted to go there, and back again. */
export async function allThroughProxies(set: TestSet): Promise<FaultProxy[]> {
  const ways = new Map<string, ProxiedWay>();
  for (const { id } of set.members) ways.set(id, await proxiedToHub(set, id));
  const proxies = [...ways.values()].map(({ proxy }) => proxy);
  onTestFinished(async () => {
    for (const { id } of set.members) await set.restartAgent(id);
    for (const proxy of proxies) await proxy.close();
  });
  for (const [id, { kubeconfig }] of ways) await set.restartAgent(id, { hubKubeconfig: kubeconfig });
  return proxies;
}

/** The agent's way to its own cluster. */
export async function proxiedAtHome(set: TestSet, id: string): Promise<ProxiedWay> {
  return proxied(set, `${id}-at-home`, set.files(id).kubeconfig);
}

async function proxied(set: TestSet, name: string, file: string): Promise<ProxiedWay> {
  const proxy = await startFaultProxy({ target: readFileSync(file, 'utf8') });
  return { proxy, kubeconfig: set.clusters.workspace.write(`${name}-proxied.kubeconfig`, proxy.kubeconfig) };
}
