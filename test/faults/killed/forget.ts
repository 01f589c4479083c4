import { memberNamespace, members } from '#apis/hub/member.ts';
import { memberReports, REPORT_NAME } from '#apis/hub/member-report.ts';
import { leases } from '#apis/kubernetes/lease.ts';
import type { KubeObject, Resource } from '#apis/meta.ts';
import { HUB_LEASE_NAME } from '#controllers/membership/lease-controller.ts';
import { STATE_LEASE_NAME } from '#controllers/membership/state.ts';
import { AGENT_NAMESPACE } from '#src/install/member.ts';
import type { KubeClient, ObjectKey } from '#src/kube/client.ts';
import { orAbsent } from '#src/kube/or-absent.ts';
import { editStatus } from '#test/driver/edit.ts';
import { eventually } from '#test/driver/eventually.ts';
import type { TestSet } from '#test/driver/set.ts';

/**
 * Makes a member that has no records one that has never been there: without report, Lease, claim and memory, so that
 * the next agent joins. No agent of it may run.
 */
export async function forgetMember(set: TestSet, id: string): Promise<void> {
  const namespace = memberNamespace(id);
  await gone(set.hub, memberReports, { namespace, name: REPORT_NAME });
  await gone(set.hub, leases, { namespace, name: HUB_LEASE_NAME });
  await gone(set.member(id).client, leases, { namespace: AGENT_NAMESPACE, name: STATE_LEASE_NAME });
  await eventually(`nobody claims ${id}`, async () => {
    await editStatus(set.hub, members, { name: id }, ({ status: _, ...member }) => member);
    // The hub's controller may have read the report before it went.
    const { status } = await set.hub.get(members, { name: id });
    if (status?.claimedUID !== undefined) throw new Error('somebody does');
  });
}

async function gone(client: KubeClient, resource: Resource<KubeObject>, key: ObjectKey): Promise<void> {
  const { uid } = (await orAbsent(client.get(resource, key)))?.metadata ?? {};
  if (uid !== undefined) await client.delete(resource, key, { uid });
}
