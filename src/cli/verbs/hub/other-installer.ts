import type { KubeObject, Resource } from '#apis/meta.ts';
import { HUB_ACCOUNT, READER_ROLE } from '#src/install/hub.ts';
import { RBAC_GROUP } from '#src/install/rbac.ts';
import { orAbsent } from '#src/kube/or-absent.ts';
import type { Target } from '../../clusters/targets.ts';
import { Exit } from '../../exit.ts';

/** Throws an Exit where Helm keeps this hub, or where it was installed in another namespace. */
export async function refuseOtherInstaller(hub: Target, namespace: string): Promise<void> {
  const { client, context, timeoutMs } = hub;
  const [reader, binding] = await Promise.all([
    orAbsent(client.get(clusterRoles, { name: READER_ROLE }, { timeoutMs })),
    orAbsent(client.get(clusterRoleBindings, { name: HUB_ACCOUNT }, { timeoutMs })),
  ]);
  const { annotations = {} } = reader?.metadata ?? {};
  if (isOfHelm(reader)) {
    const release = annotations['meta.helm.sh/release-name'] ?? 'unknown';
    const where = annotations['meta.helm.sh/release-namespace'] ?? 'unknown';
    const line = `${context}: Helm keeps this hub (release ${release} in namespace ${where})`;
    throw new Exit(1, [`${line}: change it with helm upgrade`]);
  }
  const elsewhere = binding?.subjects?.find((subject) => subject.namespace !== namespace)?.namespace;
  if (elsewhere === undefined) return;
  throw new Exit(1, [`${context}: the hub is installed in namespace ${elsewhere}: say -n ${elsewhere}`]);
}

/** Throws an Exit where a release of Helm's declares this member: it would come back. */
export async function requireNotOfHelm(hub: Target, name: string): Promise<void> {
  const { client, context, timeoutMs } = hub;
  const key = { name: `${READER_ROLE}-${name}` };
  const binding = await orAbsent(client.get(clusterRoleBindings, key, { timeoutMs }));
  if (!isOfHelm(binding)) return;
  throw new Exit(1, [
    `${context}: Helm keeps member ${name}: take it from \`members\` in the values of the hub's release, then do this again`,
  ]);
}

function isOfHelm(object: KubeObject | undefined): boolean {
  return object?.metadata.labels?.['app.kubernetes.io/managed-by'] === 'Helm';
}

interface Binding extends KubeObject {
  subjects?: { namespace?: string }[];
}

const RBAC = { group: RBAC_GROUP, version: 'v1', namespaced: false };
const clusterRoles: Resource<KubeObject> = { ...RBAC, plural: 'clusterroles', kind: 'ClusterRole' };
const clusterRoleBindings: Resource<Binding> = {
  ...RBAC,
  plural: 'clusterrolebindings',
  kind: 'ClusterRoleBinding',
};
