import type { KubeObject, Resource } from '#apis/meta.ts';
import { collectionPath } from '#src/kube/paths.ts';
import type { Cluster } from '#test/clusters/provider.ts';
import { eventually } from './eventually.ts';

interface Version {
  name: string;
  served: boolean;
}

/**
 * Has a CRD serve the version of a kind that we read, or no longer; its objects stay where they are. Resolves when
 * the API server does so.
 */
export async function serveVersion(
  { admin }: Pick<Cluster, 'admin'>,
  kind: Resource<KubeObject>,
  served: boolean,
): Promise<void> {
  const path = `/apis/apiextensions.k8s.io/v1/customresourcedefinitions/${kind.plural}.${kind.group}`;
  const { spec }: { spec: { versions: Version[] } } = Object(await admin.get(path));
  const versions = spec.versions.map((version) =>
    version.name === kind.version ? { ...version, served } : version,
  );
  await admin.call('PATCH', path, { spec: { versions } }, 'application/merge-patch+json');
  await eventually(`${kind.plural} of ${kind.version} are ${served ? '' : 'no longer '}served`, async () => {
    const { status } = await admin.send('GET', collectionPath(kind, undefined));
    if (status !== (served ? 200 : 404)) throw new Error(`the API server answers ${status}`);
  });
}
