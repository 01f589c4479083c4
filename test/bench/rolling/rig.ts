import { exportedEndpointSlices } from '#apis/hub/exported-endpoint-slice.ts';
import { memberNamespace } from '#apis/hub/member.ts';
import { endpointSlices } from '#apis/kubernetes/endpoint-slice.ts';
import { services as servicesKind } from '#apis/kubernetes/service.ts';
import { SOURCE_CLUSTER_LABEL } from '#apis/labels.ts';
import { ServiceExport, serviceExports } from '#apis/multicluster/service-export.ts';
import { collectionPath, objectPath } from '#src/kube/paths.ts';
import { until } from '#test/clusters/machine/until.ts';
import type { Cluster } from '#test/clusters/provider.ts';
import { type ClusterSet, startClusters } from '#test/clusters/start.ts';
import { headless } from '#test/driver/builders.ts';
import { admitMember, HUB_CRDS, installHub, installMember, MEMBER_CRDS } from '#test/driver/install.ts';
import type { LaneViews } from '../journey/observer.ts';
import { Observing } from '../journey/observing.ts';
import { watchQuery } from '../propagation/watch-query.ts';
import { accessFrom } from '../rig/access.ts';
import { type Agent, startAgent } from '../rig/agent.ts';
import { ApiServer } from '../rig/api-server.ts';
import { Link } from '../rig/link.ts';
import { createNamespace } from '../rig/namespace.ts';
import { Program } from '../rig/program.ts';
import { BARE, type BareLane, hubNamespaceOf, LANES, type Lane, NAMESPACES, serviceName } from './content.ts';
import type { ReplayConfig, ReplayReady } from './replay-side.ts';
import { Roller } from './roller.ts';

const [EXPORTER, IMPORTER] = ['a', 'b'] as const;
/** How long a first import of everything may take. */
const IMPORT_TIMEOUT_MS = 300_000;

export interface Rig {
  /** The product's processes on the way of a change. */
  agents: readonly Agent[];
  /** The way to the hub, of every lane. */
  link: Link;
  roller: Roller;
  observing: Observing;
}

interface RigClusters {
  set: ClusterSet;
  a: Cluster;
  b: Cluster;
}

/** A hub behind a link, A with everything that will roll, B that shows all of it by every lane. */
export async function buildRig(services: number, stack: AsyncDisposableStack): Promise<Rig> {
  const set = await startClusters({
    hub: { name: 'hub', crds: [HUB_CRDS] },
    members: [EXPORTER, IMPORTER].map((name) => ({ name, crds: [MEMBER_CRDS] })),
  });
  stack.defer(() => set.stop());
  const [a, b] = set.members;
  if (a === undefined || b === undefined) throw new Error('the rig needs two members');
  const broken = Promise.withResolvers<never>();
  broken.promise.catch(() => {});
  const failed = (error: Error) => broken.reject(error);
  const alive = <T>(work: Promise<T>): Promise<T> => Promise.race([work, broken.promise]);

  for (const lane of LANES) for (const member of [a, b]) await createNamespace(member, NAMESPACES[lane]);
  for (const lane of BARE) await createNamespace(set.hub, hubNamespaceOf(lane));
  const inA = stack.adopt(new ApiServer(accessFrom(a.kubeconfig)), (server) => server.close());
  const roller = await Roller.create(inA, services);
  const link = stack.adopt(await Link.open({ server: set.hub.server, onFailure: failed }), (it) =>
    it.close(),
  );
  const clusters = { set, a, b };
  for (const lane of BARE) await alive(startReplay(lane, services, clusters, link, stack, failed));
  const agents = await alive(startProduct(services, clusters, link));

  const observing = stack.adopt(new Observing(observed(clusters)), (it) => it.stop());
  broken.promise.catch((error: Error) => observing.fail(error));
  await observing.ready();
  for (const lane of LANES) await observing.arrived(lane, services);
  return { agents, link, roller, observing };
}

async function startProduct(services: number, { set, a, b }: RigClusters, link: Link): Promise<Agent[]> {
  const { hub, workspace } = set;
  const controller = await startAgent(workspace, { role: 'hub', kubeconfig: await installHub(hub) });
  const agents: Agent[] = [];
  for (const [clusterId, cluster] of [
    [EXPORTER, a],
    [IMPORTER, b],
  ] as const) {
    const kubeconfig = await installMember(cluster);
    const hubKubeconfig = link.through(await admitMember(hub, clusterId));
    agents.push(await startAgent(workspace, { role: 'member', clusterId, kubeconfig, hubKubeconfig }));
  }
  const namespace = NAMESPACES.product;
  for (let service = 0; service < services; service++) {
    const exported = headless(namespace, serviceName(service));
    await a.admin.apply(objectPath(servicesKind, exported.metadata), exported);
    const wish = new ServiceExport({ metadata: { namespace, name: serviceName(service) } });
    await a.admin.apply(objectPath(serviceExports, wish.metadata), wish);
  }
  const imported = `${collectionPath(endpointSlices, namespace)}?labelSelector=${SOURCE_CLUSTER_LABEL}%3D${EXPORTER}`;
  await until(
    'the product imports every slice of A in B',
    async () => ((await b.admin.get(imported)) as { items: unknown[] }).items.length === services,
    { timeoutMs: IMPORT_TIMEOUT_MS, everyMs: 500 },
  );
  // Nothing on the way of an endpoint needs it, and it would find members dead that stand still for the other lanes.
  await controller.stop();
  return agents;
}

function startReplay(
  lane: BareLane,
  services: number,
  { set, a, b }: RigClusters,
  link: Link,
  stack: AsyncDisposableStack,
  onFailure: (error: Error) => void,
): Promise<void> {
  const config: ReplayConfig = {
    lane,
    services,
    a: accessFrom(a.kubeconfig),
    hub: accessFrom(link.through(set.hub.kubeconfig)),
    b: accessFrom(b.kubeconfig),
  };
  return new Promise((resolve) => {
    stack.adopt(
      new Program<never, ReplayReady>(
        `replay ${lane}`,
        new URL('./replay-side.ts', import.meta.url),
        config,
        () => resolve(),
        onFailure,
      ),
      (replay) => replay.stop(),
    );
  });
}

function observed({ set, a, b }: RigClusters) {
  const viewsOf = (lane: Lane): LaneViews => {
    const onHub = lane === 'product' ? memberNamespace(EXPORTER) : hubNamespaceOf(lane);
    const inMembers = collectionPath(endpointSlices, NAMESPACES[lane]);
    return {
      source: { server: 'a', path: inMembers + watchQuery({ onlySources: true }) },
      targets: {
        hub: { server: 'hub', path: collectionPath(exportedEndpointSlices, onHub) + watchQuery() },
        b: { server: 'b', path: inMembers + watchQuery() },
      },
    };
  };
  const access = ({ kubeconfig }: Cluster) => accessFrom(kubeconfig);
  return {
    servers: { hub: access(set.hub), a: access(a), b: access(b) },
    lanes: Object.fromEntries(LANES.map((lane) => [lane, viewsOf(lane)])),
  };
}
