import { mergeConditions } from '#apis/conditions.ts';
import { clusterOfNamespace, type IMember, memberNamespace, members } from '#apis/hub/member.ts';
import { type IMemberReport, memberReports, REPORT_NAME } from '#apis/hub/member-report.ts';
import { type INamespace, namespaces } from '#apis/kubernetes/namespace.ts';
import type { KubeObject } from '#apis/meta.ts';
import type { Informer, Writer } from '#src/cache/contract.ts';
import { cacheKey } from '#src/cache/lister.ts';
import { type ControllerSpec, watch } from '#src/runtime/controller.ts';
import { judgeMember } from './claim.ts';

type Cache<T extends KubeObject> = Pick<Informer<T>, 'get' | 'synced' | 'addListener' | 'resource'>;

export interface ClaimDeps {
  members: Cache<IMember>;
  memberReports: Cache<IMemberReport>;
  /** The hub's own namespaces. */
  namespaces: Cache<INamespace>;
  writer: Writer<IMember>;
}

/** Settles whom each cluster id belongs to, and states it on the Member; the key is the cluster id. */
export function newHubClaimController(deps: ClaimDeps): ControllerSpec {
  const clusterOf = (object: KubeObject | undefined) => clusterOfNamespace(object?.metadata.namespace);
  return {
    name: 'hub.claim',
    watches: [
      watch(deps.members, (before, after) => keys((after ?? before)?.metadata.name)),
      watch(deps.memberReports, (before, after) => keys(clusterOf(after ?? before))),
      watch(deps.namespaces, (before, after) =>
        // Other fields of a Namespace are nobody's business here.
        (before === undefined) === (after === undefined)
          ? []
          : keys(clusterOfNamespace((after ?? before)?.metadata.name)),
      ),
    ],
    permissions: [
      {
        on: 'hub',
        scope: 'cluster',
        apiGroups: [members.group],
        resources: [members.plural, memberReports.plural],
        verbs: ['get', 'list', 'watch'],
      },
      {
        on: 'hub',
        scope: 'cluster',
        apiGroups: [members.group],
        resources: [`${members.plural}/status`],
        verbs: ['update'],
      },
      {
        on: 'hub',
        scope: 'cluster',
        apiGroups: [namespaces.group],
        resources: [namespaces.plural],
        verbs: ['get', 'list', 'watch'],
      },
    ],
    async reconcile(cluster, { signal, clock, log }) {
      const member = deps.members.get(cluster);
      const namespace = memberNamespace(cluster);
      // A report that is not in the cache yet would pass for an id that nobody uses.
      if (member === undefined || !deps.memberReports.synced) return undefined;
      const verdict = judgeMember({
        member,
        report: deps.memberReports.get(cacheKey(namespace, REPORT_NAME)),
        housed: !deps.namespaces.synced || deps.namespaces.get(namespace) !== undefined,
      });
      const current = member.status?.conditions ?? [];
      const stamp = { now: clock.now(), observedGeneration: member.metadata.generation };
      const conditions = mergeConditions(current, [verdict.condition], stamp);
      const before = member.status?.claimedUID;
      if (conditions === current && before === verdict.claimedUID) return undefined;
      const { claimedUID: _, ...rest } = member.status ?? {};
      const claimed = verdict.claimedUID === undefined ? {} : { claimedUID: verdict.claimedUID };
      const status = { ...rest, ...claimed, conditions };
      await deps.writer.updateStatus({ ...member, status }, { signal });
      const fields = { cluster, claimedUID: verdict.claimedUID, before, reason: verdict.condition.reason };
      if (before !== verdict.claimedUID) log.info(fields, 'the cluster id changed hands');
      else log.debug(fields, 'stated the claim');
      return undefined;
    },
  };
}

function keys(cluster: string | undefined): string[] {
  return cluster ? [cluster] : [];
}
