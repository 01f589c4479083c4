import type { KubeObject, Resource } from '#apis/meta.ts';
import { collectionPath } from '#src/kube/paths.ts';
import type { Cluster } from '#test/clusters/provider.ts';
import { eventually } from './eventually.ts';

const CRDS = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions';

/** Takes CRDs away; resolves when they are gone and their kinds are no longer served. */
export async function dropKinds(
  { admin }: Pick<Cluster, 'admin'>,
  ...kinds: Resource<KubeObject>[]
): Promise<void> {
  const paths = kinds.flatMap((kind) => [
    `${CRDS}/${kind.plural}.${kind.group}`,
    collectionPath(kind, undefined),
  ]);
  await Promise.all(kinds.map(({ plural, group }) => admin.call('DELETE', `${CRDS}/${plural}.${group}`)));
  await eventually('the kinds are no longer served', async () => {
    const answers = await Promise.all(
      paths.map(async (path) => ({ path, answer: await admin.send('GET', path) })),
    );
    const served = answers.filter(({ answer }) => answer.status !== 404);
    if (served.length === 0) return;
    throw new Error(
      served
        .map(({ path, answer }) => `${path} answers ${answer.status}: ${JSON.stringify(answer.body)}`)
        .join('\n'),
    );
  });
}
