import { endpointSlices } from '#apis/kubernetes/endpoint-slice.ts';
import { collectionPath } from '#src/kube/paths.ts';
import { until } from '#test/clusters/machine/until.ts';
import type { Cluster } from '#test/clusters/provider.ts';

const IMPORT_TIMEOUT_MS = 600_000;

/** Waits until a namespace holds so many slices, of whomever; asking costs the API server one of them. */
export async function awaitSlices(
  { admin, name }: Pick<Cluster, 'admin' | 'name'>,
  namespace: string,
  slices: number,
  timeoutMs = IMPORT_TIMEOUT_MS,
): Promise<void> {
  const path = `${collectionPath(endpointSlices, namespace)}?limit=1`;
  await until(
    `${slices} slices in ${name}`,
    async () => {
      const list = (await admin.get(path)) as {
        items: unknown[];
        metadata: { remainingItemCount?: number };
      };
      return list.items.length + (list.metadata.remainingItemCount ?? 0) === slices;
    },
    { timeoutMs, everyMs: 500 },
  );
}
