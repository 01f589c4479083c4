import { memberNamespace } from '#apis/hub/member.ts';
import { leases } from '#apis/kubernetes/lease.ts';
import { HUB_ACCOUNT, HUB_NAMESPACE } from '#src/install/hub.ts';
import { userName } from '#src/install/manifest.ts';
import { AGENT_NAMESPACE, MEMBER_ACCOUNT } from '#src/install/member.ts';
import type { AuditEntry } from '#test/clusters/audit.ts';

/** An agent in its own cluster, as audit logs name it. */
export const AGENT_USER = userName({ namespace: AGENT_NAMESPACE, name: MEMBER_ACCOUNT });
/** The hub's controller on the hub. */
export const HUB_USER = userName({ namespace: HUB_NAMESPACE, name: HUB_ACCOUNT });
/** A member's agent on the hub. */
export const agentUserOnHub = (id: string): string =>
  userName({ namespace: memberNamespace(id), name: MEMBER_ACCOUNT });

/** How often each request was made, by `<verb> <resource>`; refused ones have the status behind it. */
export type RequestCounts = Record<string, number>;

/** Counts requests: `{'update endpointslices': 200, 'update endpointslices 409': 1}`. */
export function countRequests(entries: readonly AuditEntry[]): RequestCounts {
  const counts: RequestCounts = {};
  for (const { verb, resource, subresource, code, uri } of entries) {
    // Discovery is about no resource.
    const whole = resource === '' ? uri : resource;
    const what = subresource === '' ? whole : `${whole}/${subresource}`;
    const refused = code >= 400 ? ` ${code}` : '';
    const request = `${verb} ${what}${refused}`;
    counts[request] = (counts[request] ?? 0) + 1;
  }
  return counts;
}

/** True for the one write that an agent makes without any change: the renewal of one of its two Leases. */
export function isRenewal({ verb, group, resource, name, code }: AuditEntry): boolean {
  return (
    verb === 'update' &&
    group === leases.group &&
    resource === leases.plural &&
    name === MEMBER_ACCOUNT &&
    code === 200
  );
}
