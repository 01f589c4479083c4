import { clusterSets } from '#apis/hub/cluster-set.ts';
import type { Cluster } from '#test/clusters/provider.ts';

/** Requests that are answered for as long as somebody listens, by what they are about. */
const OPEN = /^apiserver_longrunning_requests\{([^}]*)\} (\S+)$/gm;

/** Watches of our kinds that a hub's API server has open now, as it says itself. */
export async function openWatches({ admin }: Cluster): Promise<number> {
  const { body } = await admin.send('GET', '/metrics');
  return watchesIn(String(body));
}

/** The same, read from the text of its /metrics. */
export function watchesIn(metrics: string): number {
  let open = 0;
  for (const [, labels = '', value] of metrics.matchAll(OPEN)) {
    if (labels.includes(`group="${clusterSets.group}"`) && labels.includes('verb="WATCH"'))
      open += Number(value);
  }
  return open;
}
