import type { Cluster } from '#test/clusters/provider.ts';
import { AGENT_USER } from '#test/driver/requests.ts';

/** One request of an agent for something in a namespace of its own cluster. */
export interface RequestIn {
  /** `<verb> <resource> <status>` */
  what: string;
  /** `<resource>/<name>`, by which one object's are told from another's. */
  key: string;
  verb: string;
  code: number;
}

/** All of them, in the order of their answers, but for Events; with `since` (from the audit log's mark()) later ones only. */
export async function requestsIn(cluster: Cluster, of: string, since = 0): Promise<RequestIn[]> {
  const entries = await cluster.audit.entries({ user: AGENT_USER, since });
  return entries
    .filter(({ namespace, resource }) => namespace === of && resource !== 'events')
    .map(({ verb, resource, subresource, name, code }) => ({
      what: [verb, subresource === '' ? resource : `${resource}/${subresource}`, code].join(' '),
      key: `${resource}/${name}`,
      verb,
      code,
    }));
}
