import type { KubeObject, Resource } from '#apis/meta.ts';
import { collectionPath } from '#src/kube/paths.ts';
import type { Cluster } from '#test/clusters/provider.ts';
import { eventually } from '#test/driver/eventually.ts';

/** Takes CRDs away; resolves when their kinds are no longer served. */
export async function dropKinds({ admin }: Cluster, ...kinds: Resource<KubeObject>[]): Promise<void> {
  const crds = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions';
  await Promise.all(kinds.map(({ plural, group }) => admin.call('DELETE', `${crds}/${plural}.${group}`)));
  await eventually('the kinds are no longer served', async () => {
    const answers = await Promise.all(
      kinds.map((kind) => admin.send('GET', collectionPath(kind, undefined))),
    );
    if (answers.some(({ status }) => status !== 404)) throw new Error('they still are');
  });
}
