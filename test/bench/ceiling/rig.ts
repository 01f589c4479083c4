import { CLUSTER_SET_NAME, clusterSets } from '#apis/hub/cluster-set.ts';
import { type IMember, members } from '#apis/hub/member.ts';
import { collectionPath, objectPath } from '#src/kube/paths.ts';
import { until } from '#test/clusters/machine/until.ts';
import type { Cluster } from '#test/clusters/provider.ts';
import { startClusters } from '#test/clusters/start.ts';
import { admitMember, HUB_CRDS, installHub, installMember, MEMBER_CRDS } from '#test/driver/install.ts';
import { agentUserOnHub } from '#test/driver/requests.ts';
import { Observing } from '../journey/observing.ts';
import { type Access, accessFrom } from '../rig/access.ts';
import { type Agent, startAgent } from '../rig/agent.ts';
import { awaitSlices } from '../rig/imported.ts';
import { createNamespace } from '../rig/namespace.ts';
import { startReady } from '../rig/program.ts';
import { BARE_NAMESPACE, BARE_SLICES, clusterId, NAMESPACE, type Shape, slicesOf } from './content.ts';
import { observed } from './observed.ts';
import { Publishing } from './publishing.ts';
import type { RelayConfig, RelayReady } from './relay-side.ts';

/** The cluster id of the one real member. */
const IMPORTER = 'b';
const IMPORT_TIMEOUT_MS = 1_200_000;
const RELAY = new URL('./relay-side.ts', import.meta.url);

export interface Rig {
  importer: Agent;
  /** The process of the bare relay. */
  relayPid: number;
  publishing: Publishing;
  observing: Observing;
}

/**
 * A hub with all that the publishing clusters say, one real importer that has imported it, and the bare lane beside
 * it. All that is started ends when `stack` is disposed.
 */
export async function buildRig(
  shape: Shape,
  seed: number,
  stack: AsyncDisposableStack,
  say: (line: string) => void,
): Promise<Rig> {
  const set = await startClusters({
    hub: { name: 'hub', crds: [HUB_CRDS] },
    members: [{ name: IMPORTER, crds: [MEMBER_CRDS] }],
  });
  stack.defer(() => set.stop());
  const [b] = set.members;
  if (b === undefined) throw new Error('the rig needs a member');
  const { hub } = set;
  const controller = await startAgent(set.workspace, { role: 'hub', kubeconfig: await installHub(hub) });
  await createNamespace(b, NAMESPACE);
  await createNamespace(b, BARE_NAMESPACE);
  await createNamespace(hub, BARE_NAMESPACE);
  const importer = await startAgent(set.workspace, {
    role: 'member',
    clusterId: IMPORTER,
    kubeconfig: await installMember(b),
    hubKubeconfig: await admitMember(hub, IMPORTER),
  });

  const failed = (error: Error) => broken.reject(error);
  const broken = Promise.withResolvers<never>();
  broken.promise.catch(() => {});
  const alive = <T>(work: Promise<T>): Promise<T> => Promise.race([work, broken.promise]);
  say(`admitting ${shape.clusters} publishing clusters`);
  const config = { shape, clusterSetUID: await clusterSetUID(hub), bare: accessFrom(hub.kubeconfig), seed };
  const publishing = stack.adopt(
    new Publishing({ ...config, clusters: await admitAll(hub, shape.clusters) }, failed),
    (it) => it.stop(),
  );
  say(`publishing and importing ${slicesOf(shape)} slices of ${shape.sliceSize} endpoints`);
  await alive(publishing.publish());
  await claimed(hub, shape.clusters);
  // Nothing on the way of an endpoint needs it, and it would find the publishers dead: they renew no Leases.
  await controller.stop();
  await alive(awaitSlices(b, NAMESPACE, slicesOf(shape), IMPORT_TIMEOUT_MS));
  const servers = { hub: accessFrom(hub.kubeconfig), b: accessFrom(b.kubeconfig) };
  const relay: RelayConfig = { shape, slices: BARE_SLICES, ...servers };
  const { pid: relayPid } = await alive(
    startReady<RelayReady>({ name: 'relay', file: RELAY, config: relay }, stack, failed),
  );

  const observing = stack.adopt(new Observing(observed(set.hub, b)), (it) => it.stop());
  broken.promise.catch((error: Error) => observing.fail(error));
  await observing.ready();
  await observing.arrived('product', slicesOf(shape));
  await observing.arrived('bare', BARE_SLICES);
  return { importer, relayPid, publishing, observing };
}

/** Enters the publishing clusters into the set; each gets what its agent would write with. */
async function admitAll(hub: Cluster, clusters: number): Promise<Access[]> {
  const all = Array.from({ length: clusters }, (_, cluster) => clusterId(cluster));
  const left = all.values();
  const admit = async () => {
    for (const id of left) await admitMember(hub, id);
  };
  await Promise.all(Array.from({ length: 4 }, admit));
  return all.map((id) => accessFrom(hub.kubeconfigFor({ user: agentUserOnHub(id) })));
}

async function clusterSetUID(hub: Cluster): Promise<string> {
  const found = await hub.admin.get(objectPath(clusterSets, { name: CLUSTER_SET_NAME }));
  // The API server has given it a UID.
  return (found as { metadata: { uid: string } }).metadata.uid;
}

async function claimed(hub: Cluster, clusters: number): Promise<void> {
  await until('every cluster id is claimed', async () => {
    const { items } = (await hub.admin.get(collectionPath(members, undefined))) as { items: IMember[] };
    return items.filter(({ status }) => status?.claimedUID !== undefined).length > clusters;
  });
}
