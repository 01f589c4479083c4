import { CLUSTER_SET_NAME, clusterSets } from '#apis/hub/cluster-set.ts';
import { exportedServices } from '#apis/hub/exported-service.ts';
import { members } from '#apis/hub/member.ts';
import { memberReports } from '#apis/hub/member-report.ts';
import type { HubContent } from '#controllers/view/preview.ts';
import { ofHub } from '../clusters/hub.ts';
import { listAll } from '../clusters/reading.ts';
import type { Target } from '../clusters/targets.ts';
import { Exit } from '../exit.ts';

/** Reads what decides over exports. Throws an Exit where the cluster is no hub. */
export async function readHub(hub: Target): Promise<HubContent> {
  const fieldSelector = `metadata.name=${CLUSTER_SET_NAME}`;
  const reading = Promise.all([
    listAll(hub, clusterSets, { fieldSelector }),
    listAll(hub, members),
    listAll(hub, memberReports),
    listAll(hub, exportedServices),
  ]);
  const [[clusterSet], all, reports, records] = await ofHub(hub, reading);
  if (clusterSet === undefined) throw new Exit(1, [`${hub.context} has no ClusterSet ${CLUSTER_SET_NAME}`]);
  return { clusterSet, members: all, reports, services: records };
}
