import { type Account, type Manifest, PART_OF } from './manifest.ts';

/** One rule of a Role or ClusterRole. */
export interface Rule {
  apiGroups: string[];
  resources: string[];
  verbs: string[];
  resourceNames?: string[];
}

/** The API group of roles and bindings. */
export const RBAC_GROUP = 'rbac.authorization.k8s.io';

/** What a controller needs to hold a kind in a cache. */
export const READ = ['get', 'list', 'watch'];

/** A rule over resources of one API group. */
export function rule(group: string, resources: string[], verbs: string[], resourceNames?: string[]): Rule {
  return { apiGroups: [group], resources, verbs, ...(resourceNames && { resourceNames }) };
}

/** A ClusterRole. */
export function clusterRole(name: string, rules: Rule[]): Manifest {
  return { apiVersion: `${RBAC_GROUP}/v1`, kind: 'ClusterRole', metadata: { name, labels: PART_OF }, rules };
}

/** Gives an account a ClusterRole in the whole cluster. */
export function clusterRoleBinding(name: string, role: string, account: Account): Manifest {
  return {
    apiVersion: `${RBAC_GROUP}/v1`,
    kind: 'ClusterRoleBinding',
    metadata: { name, labels: PART_OF },
    roleRef: { apiGroup: RBAC_GROUP, kind: 'ClusterRole', name: role },
    subjects: [{ kind: 'ServiceAccount', ...account }],
  };
}

/** A Role in the account's own namespace and the binding of the same name that gives it to the account. */
export function ownRole(account: Account, name: string, rules: Rule[]): Manifest[] {
  const metadata = { namespace: account.namespace, name, labels: PART_OF };
  return [
    { apiVersion: `${RBAC_GROUP}/v1`, kind: 'Role', metadata, rules },
    {
      apiVersion: `${RBAC_GROUP}/v1`,
      kind: 'RoleBinding',
      metadata,
      roleRef: { apiGroup: RBAC_GROUP, kind: 'Role', name },
      subjects: [{ kind: 'ServiceAccount', ...account }],
    },
  ];
}

/** Whether it is a Role or ClusterRole, as they are made here. */
export function isRole(manifest: Manifest): manifest is Manifest & { rules: readonly Rule[] } {
  return manifest.kind === 'Role' || manifest.kind === 'ClusterRole';
}

/** Whether it gives somebody a role, as bindings are made here. */
export function isRoleBinding(
  manifest: Manifest,
): manifest is Manifest & { roleRef: { kind: string; name: string } } {
  return manifest.kind === 'RoleBinding' || manifest.kind === 'ClusterRoleBinding';
}
