import type { AuditEntry } from '#test/clusters/audit.ts';
import type { Cluster } from '#test/clusters/provider.ts';
import { AGENT_USER, agentUserOnHub } from './requests.ts';

/** They are created, and nothing is kept of them. */
const QUESTIONS = ['selfsubjectaccessreviews', 'selfsubjectreviews'];

/**
 * All that the agent of a member cluster has deleted there, each as `<resource> <namespace>/<name>`, in order.
 * With `since` (from the audit log's mark()) only what was answered after it.
 */
export async function deletedByAgent(member: Cluster, since?: number): Promise<string[]> {
  const writes = await writesBy(member, AGENT_USER, since);
  return writes.filter(({ verb }) => verb === 'delete').map(nameOf);
}

/** What a member's agent has written to the hub, each as `<verb> <resource> <namespace>/<name>`, in order. */
export async function writtenOnHub(hub: Cluster, clusterId: string, since?: number): Promise<string[]> {
  const writes = await writesBy(hub, agentUserOnHub(clusterId), since);
  return writes.map((entry) => `${entry.verb} ${nameOf(entry)}`);
}

/** Only what took effect: a request that was refused has changed nothing, nor has a question about rights. */
async function writesBy(cluster: Cluster, user: string, since: number | undefined): Promise<AuditEntry[]> {
  const entries = await cluster.audit.entries({ user, ...(since !== undefined && { since }) });
  return entries.filter(
    ({ verb, code, resource }) =>
      ['create', 'update', 'patch', 'delete'].includes(verb) &&
      !QUESTIONS.includes(resource) &&
      code >= 200 &&
      code < 300,
  );
}

function nameOf({ resource, subresource, namespace, name }: AuditEntry): string {
  return `${subresource === '' ? resource : `${resource}/${subresource}`} ${namespace}/${name}`;
}
