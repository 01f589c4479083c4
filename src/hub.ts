import { hostname } from 'node:os';
import { clusterSets } from '#apis/hub/cluster-set.ts';
import { exportedEndpointSlices } from '#apis/hub/exported-endpoint-slice.ts';
import { exportedServices } from '#apis/hub/exported-service.ts';
import { members } from '#apis/hub/member.ts';
import { memberReports } from '#apis/hub/member-report.ts';
import { leases } from '#apis/kubernetes/lease.ts';
import { namespaces } from '#apis/kubernetes/namespace.ts';
import { projectRecord } from '#controllers/endpoints/record-view.ts';
import { newHubClaimController } from '#controllers/hub/claim-controller.ts';
import { newHubDeclarationController } from '#controllers/hub/declaration-controller.ts';
import { addHubGauges } from '#controllers/hub/gauges.ts';
import { LeaseObserver } from '#controllers/hub/lease-observer.ts';
import { newHubReachabilityController } from '#controllers/hub/reachability-controller.ts';
import { memberNow, newHubRemovalController } from '#controllers/hub/removal-controller.ts';
import { exportedServiceIndexes, exportedSliceIndexes } from '#controllers/membership/indexes.ts';
import { HUB_LEASE_NAME } from '#controllers/membership/lease-controller.ts';
import { newInformer } from './cache/informer.ts';
import { wakeTogether } from './cache/outage.ts';
import { newWriter } from './cache/writer.ts';
import { readDeclaration } from './config/declaration.ts';
import type { HubConfig } from './config/hub.ts';
import { COMMIT, VERSION } from './config/version.ts';
import { connect } from './kube/connect.ts';
import { Metrics } from './observability/metrics.ts';
import { addOperation } from './observability/operation.ts';
import { newCandidate } from './runtime/election/candidate.ts';
import { Manager } from './runtime/manager.ts';
import type { ProgramDeps } from './runtime/program.ts';
import { MissingRightsBoard, newRightsController } from './runtime/rights/rights-controller.ts';

/** The Lease, in the controller's own namespace, for which its replicas contend. */
const LEADER_LEASE_NAME = 'tombolo-hub-leader';

/**
 * Runs the hub's controller until the signal aborts: it writes the set as it was declared, settles which cluster
 * each id belongs to and who is reachable, and clears away what an admin has stated to be gone. The data path does
 * not depend on it. Rejects with a ConfigError where the declaration cannot be read, with a KubeconfigError where the hub cannot be
 * addressed at all; what the hub refuses or does not answer is waited out.
 */
export async function runHub(config: HubConfig, deps: ProgramDeps): Promise<void> {
  const { clock, random, log, levels, signal } = deps;
  const declaration = config.declaration === undefined ? undefined : readDeclaration(config.declaration);
  const metrics = new Metrics({ version: VERSION, commit: COMMIT });
  const manager = new Manager({ clock, random, log, metrics: metrics.controller });
  const reached = connect({
    cluster: 'hub',
    kubeconfig: config.kubeconfig === undefined ? { inCluster: true } : { path: config.kubeconfig },
    context: config.context,
    clock,
    metrics: metrics.requests,
    userAgent: `tombolo-hub/${VERSION} (${hostname()})`,
  });
  manager.addCloser('hub', () => reached.close());
  // Of several replicas one works: the others keep their caches warm, and write nothing.
  const lease = { namespace: config.agentNamespace, name: LEADER_LEASE_NAME };
  const candidate = config.leaderElect
    ? newCandidate(config.identity, { client: reached, lease, clock, random, log })
    : undefined;
  if (candidate !== undefined) {
    manager.electBy(candidate.elector);
    metrics.leadership(lease.name, () => candidate.elector.leads);
  }
  const client = candidate?.guarded(reached) ?? reached;

  const shared = { client, clock, log, random, metrics: metrics.caches };
  const caches = {
    // These bear no sequence by which an old state would be known for one.
    members: newInformer(shared, { resource: members, newest: true }),
    memberReports: newInformer(shared, { resource: memberReports }),
    exportedServices: newInformer(shared, { resource: exportedServices, indexes: exportedServiceIndexes }),
    exportedEndpointSlices: newInformer(shared, {
      resource: exportedEndpointSlices,
      indexes: exportedSliceIndexes,
      project: projectRecord,
    }),
    namespaces: newInformer(shared, { resource: namespaces }),
    clusterSets: newInformer(shared, { resource: clusterSets, newest: true }),
    // Every member's, and of the hub's other Leases none: a node's changes every ten seconds.
    leases: newInformer(shared, { resource: leases, fieldSelector: `metadata.name=${HUB_LEASE_NAME}` }),
  };
  const informers = Object.values(caches);
  // Without Leases nobody is judged, and all else goes on.
  for (const informer of informers) manager.addInformer(informer, { required: informer !== caches.leases });
  wakeTogether(informers);

  const observer = new LeaseObserver(caches.leases, clock);
  manager.addRunnable({ name: 'lease observer', run: (stop) => observer.run(stop) });

  const loops = [
    newHubClaimController({
      members: caches.members,
      memberReports: caches.memberReports,
      namespaces: caches.namespaces,
      writer: newWriter(client, members, caches.members),
    }),
    newHubReachabilityController({
      observer,
      clusterSets: caches.clusterSets,
      members: caches.members,
      memberReports: caches.memberReports,
      writer: newWriter(client, members, caches.members),
    }),
    newHubRemovalController({
      memberNow: memberNow(client),
      members: caches.members,
      memberReports: {
        cache: caches.memberReports,
        writer: newWriter(client, memberReports, caches.memberReports),
      },
      exportedServices: {
        cache: caches.exportedServices,
        writer: newWriter(client, exportedServices, caches.exportedServices),
      },
      exportedEndpointSlices: {
        cache: caches.exportedEndpointSlices,
        writer: newWriter(client, exportedEndpointSlices, caches.exportedEndpointSlices),
      },
    }),
  ];
  if (declaration !== undefined) {
    const clusterSet = {
      cache: caches.clusterSets,
      writer: newWriter(client, clusterSets, caches.clusterSets),
    };
    const member = { cache: caches.members, writer: newWriter(client, members, caches.members) };
    loops.push(newHubDeclarationController({ declaration, clusterSets: clusterSet, members: member }));
  }

  const rights = new MissingRightsBoard();
  const rules = loops.flatMap(({ permissions }) => permissions);
  // The hub's controller has no namespace of its own to work in: every rule of its loops is about the whole hub.
  const everywhere = { 'agent-namespace': '', 'member-namespace': '' };
  loops.push(newRightsController([{ client, rules, namespaces: everywhere }], rights));
  for (const loop of loops) manager.addController(loop);
  addHubGauges(metrics, caches.members);
  addOperation(manager, {
    listen: config.listen,
    clock,
    log,
    levels,
    metrics,
    state: () => ({ missingRights: rights.lines }),
  });
  await manager.run(signal);
}
