import type { Manifest } from '#src/install/manifest.ts';
import { manifestResource } from '#src/install/manifest-path.ts';
import { isRole, isRoleBinding, RBAC_GROUP, type Rule } from '#src/install/rbac.ts';
import type { Right } from '#src/runtime/rights/missing-rights.ts';

/** Whether somebody has a right. */
export interface Rights {
  has(right: Right): Promise<boolean>;
}

/**
 * The rights that one needs to have in order to give them away by these manifests: all of a role's, unless one may
 * `escalate` roles, and for a binding to a role that is not among them `bind`.
 * https://kubernetes.io/docs/reference/access-authn-authz/rbac/#privilege-escalation-prevention-and-bootstrapping
 */
export async function rightsGranted(manifests: readonly Manifest[], rights: Rights): Promise<Right[]> {
  const roles = manifests.filter(isRole);
  const needed: Right[] = [];
  for (const role of roles) {
    if (!(await rights.has(onRole('escalate', role)))) needed.push(...rightsOf(role));
  }
  for (const { roleRef, metadata } of manifests.filter(isRoleBinding)) {
    const isOurs = roles.some(
      ({ kind, metadata: { name } }) => kind === roleRef.kind && name === roleRef.name,
    );
    // One who has all of the rights may bind them, too.
    if (!isOurs) needed.push(bind(roleRef, metadata.namespace));
  }
  return needed;
}

function onRole(verb: string, role: Manifest): Right {
  const { plural } = manifestResource(role);
  const { namespace, name } = role.metadata;
  return { verb, group: RBAC_GROUP, resource: plural, namespace, name };
}

function bind({ kind, name }: { kind: string; name: string }, namespace: string | undefined): Right {
  const resource = kind === 'ClusterRole' ? 'clusterroles' : 'roles';
  return { verb: 'bind', group: RBAC_GROUP, resource, namespace, name };
}

function rightsOf(role: Manifest & { rules: readonly Rule[] }): Right[] {
  const { namespace } = role.metadata;
  return role.rules.flatMap(({ apiGroups, resources, verbs, resourceNames = [undefined] }) =>
    apiGroups.flatMap((group) =>
      resources.flatMap((resource) =>
        verbs.flatMap((verb) => resourceNames.map((name) => ({ verb, group, resource, namespace, name }))),
      ),
    ),
  );
}
