import { clusterSets } from '#apis/hub/cluster-set.ts';
import { members } from '#apis/hub/member.ts';
import { namespaces } from '#apis/kubernetes/namespace.ts';
import { apiVersionOf } from '#apis/meta.ts';
import type { Manifest } from './manifest.ts';

/** The plural of every kind that an installation holds. */
const PLURALS: ReadonlyMap<string, string> = new Map([
  [namespaces.kind, namespaces.plural],
  [clusterSets.kind, clusterSets.plural],
  [members.kind, members.plural],
  ['ServiceAccount', 'serviceaccounts'],
  ['Role', 'roles'],
  ['RoleBinding', 'rolebindings'],
  ['ClusterRole', 'clusterroles'],
  ['ClusterRoleBinding', 'clusterrolebindings'],
  ['ValidatingAdmissionPolicy', 'validatingadmissionpolicies'],
  ['ValidatingAdmissionPolicyBinding', 'validatingadmissionpolicybindings'],
]);

/** Path of an installed object on an API server. Throws for a kind that no installation holds. */
export function manifestPath({ apiVersion, kind, metadata }: Manifest): string {
  const plural = PLURALS.get(kind);
  if (plural === undefined) throw new Error(`an installation holds no ${kind}`);
  const group = apiVersion === apiVersionOf(namespaces) ? `/api/${apiVersion}` : `/apis/${apiVersion}`;
  const scope = metadata.namespace === undefined ? '' : `/namespaces/${metadata.namespace}`;
  return `${group}${scope}/${plural}/${metadata.name}`;
}
