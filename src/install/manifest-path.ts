import { clusterSets } from '#apis/hub/cluster-set.ts';
import { members } from '#apis/hub/member.ts';
import { namespaces } from '#apis/kubernetes/namespace.ts';
import { secrets } from '#apis/kubernetes/secret.ts';
import type { Resource } from '#apis/meta.ts';
import { objectPath } from '#src/kube/paths.ts';
import type { Manifest } from './manifest.ts';

/** The plural of every kind that an installation holds. */
const PLURALS: ReadonlyMap<string, string> = new Map([
  [namespaces.kind, namespaces.plural],
  [clusterSets.kind, clusterSets.plural],
  [members.kind, members.plural],
  [secrets.kind, secrets.plural],
  ['ServiceAccount', 'serviceaccounts'],
  ['ConfigMap', 'configmaps'],
  ['ResourceQuota', 'resourcequotas'],
  ['Deployment', 'deployments'],
  ['Role', 'roles'],
  ['RoleBinding', 'rolebindings'],
  ['ClusterRole', 'clusterroles'],
  ['ClusterRoleBinding', 'clusterrolebindings'],
  ['ValidatingAdmissionPolicy', 'validatingadmissionpolicies'],
  ['ValidatingAdmissionPolicyBinding', 'validatingadmissionpolicybindings'],
  ['CustomResourceDefinition', 'customresourcedefinitions'],
]);

/** Where an installed object lives on an API server. Throws for a kind that no installation holds. */
export function manifestResource({ apiVersion, kind, metadata }: Manifest): Resource<Manifest> {
  const plural = PLURALS.get(kind);
  if (plural === undefined) throw new Error(`an installation holds no ${kind}`);
  const [version = '', group = ''] = apiVersion.split('/').reverse();
  return { group, version, plural, kind, namespaced: metadata.namespace !== undefined };
}

/** Path of an installed object on an API server. Throws for a kind that no installation holds. */
export function manifestPath(manifest: Manifest): string {
  return objectPath(manifestResource(manifest), manifest.metadata);
}

/** How messages name an installed object: `ClusterRole tombolo-hub`, `Secret tombolo-system/tombolo-hub`. */
export function manifestTitle({ kind, metadata: { namespace, name } }: Manifest): string {
  return `${kind} ${namespace === undefined ? name : `${namespace}/${name}`}`;
}
