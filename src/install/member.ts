import { type Account, type Manifest, namespace, serviceAccount } from './manifest.ts';
import { memberPolicies } from './member-policies.ts';
import { clusterRole, clusterRoleBinding, ownRole, READ, type Rule, rule } from './rbac.ts';

/** Name of the agent's ServiceAccount, roles and Lease, in its own cluster and on the hub. */
export const MEMBER_ACCOUNT = 'tombolo-member';

/** Where the agent runs unless told. */
export const AGENT_NAMESPACE = 'tombolo-system';

const MCS = 'multicluster.x-k8s.io';

/** The agent's rights in the whole of its own cluster: no secrets, no wildcard, no way to grant or impersonate. */
const CLUSTER_RULES: Rule[] = [
  rule('', ['namespaces'], READ),
  rule('', ['services'], [...READ, 'create', 'update', 'delete']),
  rule('discovery.k8s.io', ['endpointslices'], [...READ, 'create', 'update', 'delete']),
  // OpenShift asks for this before a controller may write addresses of its own choice.
  rule('discovery.k8s.io', ['endpointslices/restricted'], ['create']),
  rule(MCS, ['serviceexports'], READ),
  rule(MCS, ['serviceexports/status'], ['update']),
  rule(MCS, ['serviceimports'], [...READ, 'create', 'update', 'delete']),
  rule(MCS, ['serviceimports/status'], ['update']),
  rule('events.k8s.io', ['events'], ['create']),
];

/** The agent's rights in its own namespace: its Leases. A create cannot be bound to a name. */
const OWN_RULES: Rule[] = [
  rule('coordination.k8s.io', ['leases'], ['create']),
  rule('coordination.k8s.io', ['leases'], ['get', 'update'], [MEMBER_ACCOUNT, `${MEMBER_ACCOUNT}-leader`]),
];

/** Where and under which names an agent is installed. */
export interface MemberInstallation {
  agentNamespace?: string;
  /** Of its ServiceAccount. */
  accountName?: string;
  /** Of its roles and their bindings. */
  roleName?: string;
}

/**
 * All that an agent needs in its own cluster, besides the MCS CRDs and its Deployment: identity, rights, and
 * the policies that keep these rights to the agent's own objects, which RBAC cannot do.
 */
export function memberManifests({
  agentNamespace = AGENT_NAMESPACE,
  accountName = MEMBER_ACCOUNT,
  roleName = MEMBER_ACCOUNT,
}: MemberInstallation = {}): Manifest[] {
  const account: Account = { namespace: agentNamespace, name: accountName };
  return [
    namespace(account.namespace),
    serviceAccount(account, true),
    clusterRole(roleName, CLUSTER_RULES),
    clusterRoleBinding(roleName, roleName, account),
    ...ownRole(account, roleName, OWN_RULES),
    ...memberPolicies(account),
  ];
}
