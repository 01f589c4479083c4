import { clusterProperties } from '#apis/kubernetes/cluster-property.ts';
import { leases } from '#apis/kubernetes/lease.ts';
import { IDENTITY_NAMESPACE, namespaces } from '#apis/kubernetes/namespace.ts';
import { secrets } from '#apis/kubernetes/secret.ts';
import { STATE_LEASE_NAME } from '#controllers/membership/state.ts';
import { HUB_SECRET } from '#src/install/member.ts';
import type { Right } from '#src/runtime/rights/missing-rights.ts';
import { requireRightsFor } from '../../installing/rights.ts';
import { say } from '../../output/print.ts';
import { probePods } from '../../probing/manifest.ts';
import { installation } from './install.ts';
import type { Joining } from './join.ts';

/** Throws an Exit that names identity and verb for each right that a join by these flags needs and has not. */
export async function checkRights(joining: Joining): Promise<void> {
  const { options, target } = joining;
  const { namespace } = target;
  const writes = options.outputDir === undefined && options.dryRun !== 'client';
  await requireRightsFor(target, writes ? installation(joining, '') : [], [
    right('get', namespaces, undefined, IDENTITY_NAMESPACE),
    right('get', secrets, namespace, HUB_SECRET),
    right('get', leases, namespace, STATE_LEASE_NAME),
    ...(options.probe && options.dryRun === undefined
      ? [
          right('create', probePods, namespace, undefined),
          right('get', probePods, namespace, undefined),
          right('get', { group: '', plural: 'pods/log' }, namespace, undefined),
          right('delete', probePods, namespace, undefined),
        ]
      : []),
    ...(writes
      ? [
          right('update', secrets, namespace, HUB_SECRET),
          right('delete', secrets, namespace, HUB_SECRET),
          right('get', clusterProperties, undefined, undefined),
        ]
      : []),
  ]);
  say(`ok: ${target.context}: these credentials suffice`);
}

function right(
  verb: string,
  { group, plural }: { group: string; plural: string },
  namespace: string | undefined,
  name: string | undefined,
): Right {
  return { verb, group, resource: plural, namespace, name };
}
