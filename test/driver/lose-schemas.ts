import type { KubeObject, Resource } from '#apis/meta.ts';
import type { Cluster } from '#test/clusters/provider.ts';

interface Crd {
  spec: { versions: object[] };
}

const ANYTHING = { type: 'object', 'x-kubernetes-preserve-unknown-fields': true };

/**
 * Has a hub take any object of these kinds, as one does whose CRDs somebody has replaced: what readers check
 * is then all that stands between a member and the others.
 */
export async function loseSchemas({ admin }: Cluster, ...kinds: Resource<KubeObject>[]): Promise<void> {
  for (const { plural, group } of kinds) {
    const path = `/apis/apiextensions.k8s.io/v1/customresourcedefinitions/${plural}.${group}`;
    // The API server validated it.
    const crd = (await admin.get(path)) as Crd;
    const versions = crd.spec.versions.map((version) => ({
      ...version,
      schema: { openAPIV3Schema: ANYTHING },
    }));
    await admin.call('PUT', path, { ...crd, spec: { ...crd.spec, versions } });
  }
}
