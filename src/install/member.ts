import { CLUSTER_ID_PROPERTY, CLUSTER_SET_PROPERTY } from '#apis/kubernetes/cluster-property.ts';
import { type Account, type Manifest, namespace, serviceAccount } from './manifest.ts';
import { memberPolicies } from './member-policies.ts';
import { clusterRole, clusterRoleBinding, ownRole, READ, type Rule, rule } from './rbac.ts';

/** Name of the agent's ServiceAccount, roles and Lease, in its own cluster and on the hub. */
export const MEMBER_ACCOUNT = 'tombolo-member';

/** The Secret, in the agent's namespace, with its credentials on the hub. */
export const HUB_SECRET = 'tombolo-hub';

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
  rule('about.k8s.io', ['clusterproperties'], ['create']),
  rule('about.k8s.io', ['clusterproperties'], ['get', 'update'], [CLUSTER_ID_PROPERTY, CLUSTER_SET_PROPERTY]),
];

/**
 * The agent's rights in its own namespace: its Leases, and the Secret that it writes a renewed token to, which it has
 * mounted anyway. A create cannot be bound to a name.
 */
const ownRules = (hubSecret: string): Rule[] => [
  rule('coordination.k8s.io', ['leases'], ['create']),
  rule('coordination.k8s.io', ['leases'], ['get', 'update'], [MEMBER_ACCOUNT, `${MEMBER_ACCOUNT}-leader`]),
  rule('', ['secrets'], ['get', 'update'], [hubSecret]),
];

/** Where and under which names an agent is installed. */
export interface MemberInstallation {
  agentNamespace?: string;
  /** Of its ServiceAccount. */
  accountName?: string;
  /** Of its roles and their bindings. */
  roleName?: string;
  /** With its credentials on the hub. */
  hubSecret?: string;
}

/**
 * All that an agent needs in its own cluster, besides the MCS CRDs and its Deployment: identity, rights, and
 * the policies that keep these rights to the agent's own objects, which RBAC cannot do.
 */
export function memberManifests({
  agentNamespace = AGENT_NAMESPACE,
  accountName = MEMBER_ACCOUNT,
  roleName = MEMBER_ACCOUNT,
  hubSecret = HUB_SECRET,
}: MemberInstallation = {}): Manifest[] {
  const account: Account = { namespace: agentNamespace, name: accountName };
  return [
    namespace(account.namespace),
    serviceAccount(account, true),
    clusterRole(roleName, CLUSTER_RULES),
    clusterRoleBinding(roleName, roleName, account),
    ...ownRole(account, roleName, ownRules(hubSecret)),
    ...memberPolicies(account),
  ];
}
