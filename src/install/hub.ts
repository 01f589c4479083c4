import { CLUSTER_ID_MAX_LENGTH, isClusterId } from '#apis/hub/cluster-id.ts';
import { memberNamespace } from '#apis/hub/member.ts';
import { admissionPolicy } from './admission.ts';
import { hubPolicies } from './hub-policies.ts';
import { INVITATION_SECRET } from './invitation.ts';
import { type Account, type Manifest, namespace, serviceAccount } from './manifest.ts';
import { MEMBER_ACCOUNT } from './member.ts';
import { clusterRole, clusterRoleBinding, ownRole, READ, type Rule, rule } from './rbac.ts';

/** Name of the hub controller's ServiceAccount and roles. */
export const HUB_ACCOUNT = 'tombolo-hub';

/** Where the hub controller runs unless told. */
export const HUB_NAMESPACE = 'tombolo-hub';

/** The ClusterRole by which every member reads what the others publish. */
export const READER_ROLE = 'tombolo-reader';

const GROUP = 'hub.tombolo.dev';
const RECORDS = ['memberreports', 'exportedservices', 'exportedendpointslices'];

/**
 * The hub controller's rights: it writes what was declared, judges members and empties what they left. It can grant
 * nobody anything.
 */
const HUB_RULES: Rule[] = [
  rule(GROUP, ['clustersets', 'members', ...RECORDS], READ),
  rule('', ['namespaces'], READ),
  // By name: a hub within a cluster has the Leases of its nodes and controllers beside ours.
  rule('coordination.k8s.io', ['leases'], READ, [MEMBER_ACCOUNT]),
  rule(GROUP, ['clustersets', 'members'], ['create', 'update']),
  rule(GROUP, ['members/status'], ['update']),
  rule(GROUP, RECORDS, ['delete']),
];

/**
 * What a member may write: its records and its Lease, in its own namespace. Reading comes with READER_ROLE. It renews
 * its own token, and uses up the invitation that it came by.
 */
const MEMBER_RULES: Rule[] = [
  rule(GROUP, RECORDS, ['create', 'update', 'delete']),
  rule('coordination.k8s.io', ['leases'], ['get', 'create', 'update']),
  rule('', ['serviceaccounts/token'], ['create'], [MEMBER_ACCOUNT]),
  rule('', ['secrets'], ['delete'], [INVITATION_SECRET]),
];

/** Name of the Lease by which its replicas settle who works. */
const LEADER_LEASE = `${HUB_ACCOUNT}-leader`;

/** The hub controller's rights in its own namespace: that Lease. A create cannot be bound to a name. */
const OWN_RULES: Rule[] = [
  rule('coordination.k8s.io', ['leases'], ['create']),
  rule('coordination.k8s.io', ['leases'], ['get', 'update'], [LEADER_LEASE]),
];

/** Where and under which names the hub controller is installed. */
export interface HubInstallation {
  hubNamespace?: string;
  /** Of its ServiceAccount. */
  accountName?: string;
  /** Of its ClusterRole and binding. */
  roleName?: string;
}

/** All that the hub needs once, besides our CRDs and the controller's Deployment. */
export function hubManifests({
  hubNamespace = HUB_NAMESPACE,
  accountName = HUB_ACCOUNT,
  roleName = HUB_ACCOUNT,
}: HubInstallation = {}): Manifest[] {
  const account: Account = { namespace: hubNamespace, name: accountName };
  return [
    namespace(account.namespace),
    serviceAccount(account, true),
    clusterRole(roleName, HUB_RULES),
    clusterRoleBinding(roleName, roleName, account),
    ...ownRole(account, roleName, OWN_RULES),
    clusterRole(READER_ROLE, [rule(GROUP, ['clustersets', 'members', ...RECORDS], READ)]),
    ...NO_FINALIZERS,
    ...hubPolicies(account),
  ];
}

/**
 * All that one member needs on the hub, besides its Member: a namespace of its own, an identity that may
 * write there and read the set. Apply hubManifests first. Throws a RangeError where `clusterId` is none.
 */
export function hubMemberManifests({ clusterId }: { clusterId: string }): Manifest[] {
  if (!isClusterId(clusterId)) {
    throw new RangeError(
      `"${clusterId}" is no cluster id: it must be one DNS label of at most ${CLUSTER_ID_MAX_LENGTH} characters`,
    );
  }
  const account: Account = { namespace: memberNamespace(clusterId), name: MEMBER_ACCOUNT };
  return [
    namespace(account.namespace),
    // No pod of the hub is this member.
    serviceAccount(account, false),
    ...ownRole(account, MEMBER_ACCOUNT, MEMBER_RULES),
    clusterRoleBinding(`${READER_ROLE}-${clusterId}`, READER_ROLE, account),
  ];
}

/** A finalizer would let what a member wrote outlive its removal. One that was there before may stay or go. */
const NO_FINALIZERS = admissionPolicy({
  name: 'tombolo-no-finalizers',
  resources: [
    { apiGroups: [GROUP], resources: ['*'] },
    { apiGroups: ['coordination.k8s.io'], resources: ['leases'] },
  ],
  operations: ['CREATE', 'UPDATE'],
  onlyIf: {
    name: 'our-kinds-or-a-member',
    expression: `request.resource.group == '${GROUP}' || (request.userInfo.username.startsWith('system:serviceaccount:${memberNamespace('')}') && request.userInfo.username.endsWith(':${MEMBER_ACCOUNT}'))`,
  },
  validations: [
    {
      expression:
        'object.metadata.?finalizers.orValue([]).all(f, oldObject != null && f in oldObject.metadata.?finalizers.orValue([]))',
      message: 'finalizers are not allowed here: nothing that a member wrote may outlive its removal',
    },
  ],
});
