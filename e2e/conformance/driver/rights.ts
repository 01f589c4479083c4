import type { KubeObject, Resource } from '#apis/meta.ts';
import { serviceImports } from '#apis/multicluster/service-import.ts';
import type { MemberCluster } from '#test/driver/cluster.ts';
import { patiently } from './patience.ts';

interface RoleBinding extends KubeObject {
  roleRef: object;
  subjects: object[];
}

const RBAC = 'rbac.authorization.k8s.io';
const roleBindings: Resource<RoleBinding> = {
  group: RBAC,
  version: 'v1',
  plural: 'rolebindings',
  kind: 'RoleBinding',
  namespaced: true,
};

/** Gives a user one of Kubernetes' own roles in a namespace; resolves with what they may do to imports there. */
export async function writesToImports(
  cluster: MemberCluster,
  namespace: string,
  role: 'admin' | 'edit' | 'view',
  verbs: readonly string[],
): Promise<string[]> {
  const user = `somebody-with-${role}`;
  await cluster.has(roleBindings, {
    apiVersion: `${RBAC}/v1`,
    kind: 'RoleBinding',
    metadata: { namespace, name: user },
    roleRef: { apiGroup: RBAC, kind: 'ClusterRole', name: role },
    subjects: [{ apiGroup: RBAC, kind: 'User', name: user }],
  });
  const may = (verb: string, group: string, resource: string) =>
    isAllowed(cluster, user, { namespace, verb, group, resource });
  // Without this a server that has not seen the binding yet would refuse everything.
  await patiently(`${user} to read Services in ${cluster.id}`, async () => {
    if (!(await may('get', '', 'services'))) throw new Error('they may not');
  });
  const allowed = await Promise.all(
    verbs.map((verb) => may(verb, serviceImports.group, serviceImports.plural)),
  );
  return verbs.filter((_, n) => allowed[n]);
}

async function isAllowed(cluster: MemberCluster, user: string, resourceAttributes: object): Promise<boolean> {
  const review = {
    apiVersion: 'authorization.k8s.io/v1',
    kind: 'SubjectAccessReview',
    spec: { user, resourceAttributes },
  };
  const path = '/apis/authorization.k8s.io/v1/subjectaccessreviews';
  const { status } = (await cluster.client.request('POST', path, review)) as { status: { allowed: boolean } };
  return status.allowed;
}
