import { hubManifests, hubMemberManifests } from '#src/install/hub.ts';
import type { Manifest } from '#src/install/manifest.ts';
import { memberManifests } from '#src/install/member.ts';
import { memberLimits } from '#src/install/member-limits.ts';
import { manifestTemplate, type Placeholders } from './manifest-template.ts';

/** Names that stand for what a chart puts in. */
const NAMESPACE = 'chart-namespace';
const ACCOUNT = 'chart-account';
const ROLE = 'chart-role';
const MEMBER = 'chart-member';
/** Quoted: it stands in a list. */
const HUB_SECRET = 'chart-hub-secret';
/** A quota's numbers are strings. */
const LIMITS = { services: 1_111_111, slices: 2_222_222 };
const NAMES = { accountName: ACCOUNT, roleName: ROLE };

/** A file below a chart's templates. */
export type TemplateFile = readonly [name: string, text: string];

/** What `src/install` has for a hub and for each of its members, as templates of its chart. */
export function hubTemplates(chart: string): TemplateFile[] {
  const members = manifestTemplate(hubMemberManifests({ clusterId: MEMBER }), {
    chart,
    placeholders: placeholdersOf(chart),
    onlyIf: 'members',
    perMember: true,
    // What a member exported must not go because a line of the values did.
    keep: ['Namespace'],
  });
  const limits = manifestTemplate([memberLimits(MEMBER, LIMITS)], {
    chart,
    placeholders: placeholdersOf(chart),
    onlyIf: 'memberLimits.enabled',
    perMember: true,
  });
  return [
    ...rights(chart, hubManifests({ hubNamespace: NAMESPACE, ...NAMES })),
    ['members.yaml', members],
    ['member-limits.yaml', limits],
  ];
}

/** What `src/install` has for an agent, as templates of its chart. */
export function memberTemplates(chart: string): TemplateFile[] {
  return rights(chart, memberManifests({ agentNamespace: NAMESPACE, hubSecret: HUB_SECRET, ...NAMES }));
}

/** Roles and policies. Namespace and ServiceAccount of the program are the chart's own business. */
function rights(chart: string, manifests: readonly Manifest[]): TemplateFile[] {
  const common = { chart, placeholders: placeholdersOf(chart) };
  const ofGroup = (group: string) => manifests.filter(({ apiVersion }) => apiVersion.startsWith(`${group}/`));
  return [
    [
      'rbac.yaml',
      manifestTemplate(ofGroup('rbac.authorization.k8s.io'), { ...common, onlyIf: 'rbac.create' }),
    ],
    [
      'admission.yaml',
      manifestTemplate(ofGroup('admissionregistration.k8s.io'), {
        ...common,
        onlyIf: 'admissionPolicies.enabled',
      }),
    ],
  ];
}

function placeholdersOf(chart: string): Placeholders {
  return {
    [NAMESPACE]: `include "${chart}.namespace" $`,
    [ACCOUNT]: `include "${chart}.serviceAccountName" $`,
    [ROLE]: `include "${chart}.fullname" $`,
    [MEMBER]: '$id',
    [`"${LIMITS.services}"`]: '$.Values.memberLimits.services | int64',
    [`"${LIMITS.slices}"`]: '$.Values.memberLimits.slices | int64',
    [HUB_SECRET]: '.Values.hub.existingSecret | quote',
  };
}
