import { readFileSync } from 'node:fs';
import type { TestSet } from '#test/driver/set.ts';
import { type Agent, type AgentOptions, startAgent } from './agent.ts';

/** Starts the hub's controller of a set as a process of its own; resolves when it is ready. */
export function startHubOf(set: TestSet, options: AgentOptions = {}): Promise<Agent> {
  const kubeconfig = readFileSync(set.hubKubeconfig, 'utf8');
  return startAgent(set.clusters.workspace, { role: 'hub', kubeconfig }, options);
}

/**
 * Starts a member's agent as a process of its own, with that member's credentials; resolves when it is ready.
 * `hubKubeconfig` leads it to the hub by another way.
 */
export function startMemberOf(
  set: TestSet,
  id: string,
  { hubKubeconfig, ...options }: AgentOptions & { hubKubeconfig?: string } = {},
): Promise<Agent> {
  const files = set.files(id);
  const credentials = {
    kubeconfig: readFileSync(files.kubeconfig, 'utf8'),
    hubKubeconfig: hubKubeconfig ?? readFileSync(files.hubKubeconfig, 'utf8'),
  };
  return startAgent(set.clusters.workspace, { role: 'member', clusterId: id, ...credentials }, options);
}
