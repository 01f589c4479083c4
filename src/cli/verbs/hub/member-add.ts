import { type IMember, memberNamespace, members } from '#apis/hub/member.ts';
import { resourceQuotas } from '#apis/kubernetes/resource-quota.ts';
import { apiVersionOf } from '#apis/meta.ts';
import { hubMemberManifests } from '#src/install/hub.ts';
import { type Manifest, PART_OF } from '#src/install/manifest.ts';
import { LIMITS_QUOTA, memberLimits } from '#src/install/member-limits.ts';
import { orAbsent } from '#src/kube/or-absent.ts';
import type { MemberAddOptions } from '../../hub-options.ts';
import { applyManifests } from '../../installing/apply.ts';
import { requireRightsFor } from '../../installing/rights.ts';
import { say } from '../../output/print.ts';
import { checkMemberName, readMember, requireClusterSet, sameHub, withHub } from './hub.ts';
import { awaitCounting, dropLimits, rightToDropLimits } from './limits.ts';
import { type AskedMember, askedMember, limitsOf, memberSpec } from './member-spec.ts';
import { printApplied, printManifests } from './result.ts';

/**
 * Enters a member: a place of its own on the hub, an identity with rights there, limits, and its Member. What no
 * flag says stays as it is, so that doing it again changes nothing. Throws an Exit where the cluster is no hub, a
 * right is missing, or nobody counts what the limits bound.
 */
export async function memberAdd(name: string, options: MemberAddOptions, program: string): Promise<void> {
  checkMemberName(name);
  const asked = askedMember(options);
  const { dryRun, output } = options;
  if (output !== undefined && dryRun === 'client') {
    return printManifests(manifestsOf(name, asked, { member: undefined, quota: undefined }), output);
  }
  await withHub(options, async (hub) => {
    await requireClusterSet(hub, `${program} hub init${sameHub(options)}`);
    const { client, timeoutMs } = hub;
    const key = { namespace: memberNamespace(name), name: LIMITS_QUOTA };
    const quota = await orAbsent(client.get(resourceQuotas, key, { timeoutMs }));
    const manifests = manifestsOf(name, asked, { member: await readMember(hub, name), quota });
    const drop = asked.limits === 'none' && quota !== undefined;
    if (dryRun !== 'client') await requireRightsFor(hub, manifests, drop ? [rightToDropLimits(name)] : []);
    await applyManifests(hub, manifests, { dryRun, onApplied: (one) => printApplied(one, options) });
    if (output !== undefined) await printManifests(manifests, output);
    if (dryRun !== undefined) return say(`next: ${program} hub member add ${name}${sameHub(options)}`);
    if (drop) await dropLimits(hub, name);
    else if (asked.limits !== 'none') await awaitCounting(hub, name);
    say(`next: ${program} hub invite ${name}${sameHub(options)}`);
  });
}

function manifestsOf(
  name: string,
  asked: AskedMember,
  there: { member: IMember | undefined; quota: Parameters<typeof limitsOf>[1] },
): Manifest[] {
  const limits = limitsOf(asked, there.quota);
  return [
    ...hubMemberManifests({ clusterId: name }),
    ...(limits === undefined ? [] : [memberLimits(name, limits)]),
    {
      apiVersion: apiVersionOf(members),
      kind: members.kind,
      metadata: { name, labels: PART_OF },
      spec: memberSpec(asked, there.member),
    },
  ];
}
