import { exportedEndpointSlices } from '#apis/hub/exported-endpoint-slice.ts';
import { exportedServices } from '#apis/hub/exported-service.ts';
import { memberNamespace } from '#apis/hub/member.ts';
import { memberReports } from '#apis/hub/member-report.ts';
import { endpointSlices } from '#apis/kubernetes/endpoint-slice.ts';
import {
  ABSENT_NAMESPACES_ANNOTATION,
  CREDENTIAL_EXPIRES_ANNOTATION,
  NOTHING_LEFT_ANNOTATION,
} from '#apis/kubernetes/lease.ts';
import type { INamespace } from '#apis/kubernetes/namespace.ts';
import { services } from '#apis/kubernetes/service.ts';
import type { KubeObject, Resource } from '#apis/meta.ts';
import { serviceExports } from '#apis/multicluster/service-export.ts';
import { serviceImports } from '#apis/multicluster/service-import.ts';
import { LocalExports } from '#controllers/export/local-exports.ts';
import { generationsNow } from '#controllers/export/own-generations.ts';
import { newExportRecordsController } from '#controllers/export/records-controller.ts';
import { Refusals } from '#controllers/export/refusals.ts';
import { newExportStatusController } from '#controllers/export/status-controller.ts';
import { addGauges } from '#controllers/gauges.ts';
import { nothingLeftOf } from '#controllers/import/nothing-left.ts';
import { newImportServiceController } from '#controllers/import/service/controller.ts';
import { newImportSliceController } from '#controllers/import/slice/controller.ts';
import { ImportTally } from '#controllers/import/tally.ts';
import { hubCaches, localCaches } from '#controllers/member-caches.ts';
import { absentNamespaces } from '#controllers/membership/absent-namespaces.ts';
import { CredentialExpiry, newCredentialController } from '#controllers/membership/credential-controller.ts';
import { HubCaches } from '#controllers/membership/hub-caches.ts';
import { newIdentityController } from '#controllers/membership/identity-controller.ts';
import { HUB_LEASE_NAME, newLeaseController } from '#controllers/membership/lease-controller.ts';
import { exportingNamespaces } from '#controllers/membership/places.ts';
import { newPropertyController, PropertyBoard } from '#controllers/membership/property-controller.ts';
import { Publishing } from '#controllers/membership/publishing.ts';
import { newReportController } from '#controllers/membership/report-controller.ts';
import { SelectedNamespaces } from '#controllers/membership/selected-namespaces.ts';
import { Sequences } from '#controllers/membership/sequence.ts';
import { STATE_LEASE_NAME, StateStore } from '#controllers/membership/state.ts';
import { contestedWriter } from '#controllers/rivals/contested-writer.ts';
import type { WritableInformer } from './cache/informer.ts';
import { wakeTogether } from './cache/outage.ts';
import { newWriter } from './cache/writer.ts';
import type { MemberConfig } from './config/member.ts';
import { COMMIT, VERSION } from './config/version.ts';
import { connectMember } from './connect-member.ts';
import type { KubeClient } from './kube/client.ts';
import { leaseStore } from './kube/lease-store.ts';
import { countedWriter } from './observability/counted-writer.ts';
import { Metrics, type SyncOperation } from './observability/metrics.ts';
import { addOperation } from './observability/operation.ts';
import type { ControllerSpec } from './runtime/controller.ts';
import { newCandidate, processIdentity } from './runtime/election/candidate.ts';
import { ApiEventRecorder } from './runtime/event-recorder.ts';
import { Manager } from './runtime/manager.ts';
import type { ProgramDeps } from './runtime/program.ts';
import { MissingRightsBoard, newRightsController } from './runtime/rights/rights-controller.ts';

/** The Lease, in the agent's own namespace, for which the replicas of an agent contend. */
const LEADER_LEASE_NAME = 'tombolo-member-leader';

/**
 * Runs the agent of one member cluster until the signal aborts: the whole program, top to bottom. It reads two
 * API servers through one cache per kind, and everything it does is done by the loops at the end. Rejects with
 * a KubeconfigError where a cluster cannot be addressed at all; whatever a cluster refuses or does not answer is
 * waited out. Stopping deletes nothing.
 */
export async function runMember(config: MemberConfig, deps: ProgramDeps): Promise<void> {
  const { clock, random, log, levels, signal } = deps;
  const { clusterId: cluster, agentNamespace } = config;
  const metrics = new Metrics({ version: VERSION, commit: COMMIT });
  metrics.clusterInfo(cluster);
  const manager = new Manager({ clock, random, log, metrics: metrics.controller });

  // 1. The two API servers. Of several replicas one works: the others keep their caches warm, and write nothing.
  // Streams move without a break, and the other server may be another hub's, or one of an earlier time. What was planned
  // before that is not for it either.
  const reached = connectMember(config, deps, metrics, {
    onHubMoved: () => hubView.doubt(),
    mayWriteToHub: () => hubView.readable,
  });
  manager.addCloser('local', () => reached.local.close());
  manager.addCloser('hub', () => reached.hub.close());
  const lease = { namespace: agentNamespace, name: LEADER_LEASE_NAME };
  const candidate = config.leaderElect
    ? newCandidate(config.identity, { client: reached.local, lease, clock, random, log })
    : undefined;
  if (candidate !== undefined) {
    manager.electBy(candidate.elector);
    metrics.leadership(lease.name, () => candidate.elector.leads);
  }
  const local = candidate?.guarded(reached.local) ?? reached.local;
  const hub = candidate?.guarded(reached.hub) ?? reached.hub;

  // 2. One cache per kind. Nothing is decided before the own cluster's are complete; the hub's are not waited
  //    for: an agent starts, serves and keeps its own endpoints current without the hub.
  const own = localCaches({ client: local, clock, log, random, metrics: metrics.caches });
  const far = hubCaches({ client: hub, clock, log, random, metrics: metrics.caches });
  for (const informer of Object.values(own)) manager.addInformer(informer, { required: true });
  for (const informer of Object.values(far)) manager.addInformer(informer, { required: false });
  const counted = <T extends KubeObject>(
    client: KubeClient,
    direction: SyncOperation['direction'],
    resource: Resource<T>,
    cache: Pick<WritableInformer<T, KubeObject>, 'wrote' | 'deleted'>,
  ) => countedWriter(newWriter(client, resource, cache), metrics, resource, direction);
  wakeTogether(Object.values(own));
  wakeTogether(Object.values(far));
  const holder = processIdentity(random);
  const events = new ApiEventRecorder({
    client: local,
    clock,
    random,
    reporter: { controller: 'tombolo.dev/member', instance: holder },
    counted: (result) => metrics.eventCounted(result),
  });
  manager.addCloser('events', () => events.close());
  const ownWriter = <T extends KubeObject>(
    direction: SyncOperation['direction'],
    resource: Resource<T>,
    cache: Pick<WritableInformer<T, KubeObject>, 'wrote' | 'deleted'>,
  ) =>
    contestedWriter(counted(local, direction, resource, cache), resource, {
      client: local,
      clock,
      events,
      log,
    });
  const ownWriters = {
    serviceExports: ownWriter('local', serviceExports, own.serviceExports),
    serviceImports: ownWriter('import', serviceImports, own.serviceImports),
    services: ownWriter('import', services, own.services),
    endpointSlices: ownWriter('import', endpointSlices, own.endpointSlices),
  };
  const farWriters = {
    memberReports: counted(hub, 'export', memberReports, far.memberReports),
    exportedServices: counted(hub, 'export', exportedServices, far.exportedServices),
    exportedEndpointSlices: counted(hub, 'export', exportedEndpointSlices, far.exportedEndpointSlices),
  };

  // 3. What the agent must not forget, what it believes of the hub, and whether it may write there.
  const state = new StateStore(leaseStore(local, { namespace: agentNamespace, name: STATE_LEASE_NAME }));
  const sequences = new Sequences(state, clock);
  const hubView = new HubCaches({
    cluster,
    kinds: far,
    state,
    admitted: config.acceptClustersetUid,
    client: { list: (kind, how) => manager.renewal(how?.signal).then(() => hub.list(kind, how)) },
    clock,
  });
  // A replica that waited may have seen a statement, and not that it was taken back: until that is listed anew the hub
  // has not said who it is. What is done at home does not wait for it.
  manager.renewOnLead([far.clusterSets, far.members], () => hubView.doubt());
  manager.addRunnable({ name: 'hub view', run: (stop) => hubView.run(stop) });
  const selected = new SelectedNamespaces(config.namespaceSelector, own.namespaces);
  own.namespaces.addListener(({ oldObject, newObject, live }) => {
    // Labels that begin or cease to match, and a namespace that is heard of after what lies in it.
    const takesPart = (namespace: INamespace | undefined) => namespace && selected.takesPart(namespace);
    const flips = newObject !== undefined && takesPart(oldObject) !== takesPart(newObject);
    // The first list of all is no change; one after an outage may bring what its watch has missed.
    const changed = live || oldObject !== undefined;
    if (config.namespaceSelector !== undefined && changed && flips) hubView.turn();
  });
  const properties = new PropertyBoard();
  const publishing = new Publishing({ cluster, hub: hubView, namespaces: own.namespaces, state, properties });
  const expiry = new CredentialExpiry();
  const told = () => {
    const credential =
      expiry.at === undefined ? {} : { [CREDENTIAL_EXPIRES_ANNOTATION]: new Date(expiry.at).toISOString() };
    // An unread hub shows no exports, and an unread cluster no namespaces: neither is news to anybody.
    if (!hubView.readable || !own.namespaces.synced) return credential;
    const exported = exportingNamespaces(far.exportedServices.list(), cluster);
    const exists = (name: string) => own.namespaces.get(name) !== undefined && selected.verdict(name).allowed;
    return {
      ...credential,
      [ABSENT_NAMESPACES_ANNOTATION]: absentNamespaces(exported, exists),
      [NOTHING_LEFT_ANNOTATION]: nothingLeftOf(far.members.list(), own).join(','),
    };
  };
  const exports = new LocalExports({
    cluster,
    selected,
    hub: hubView,
    serviceExports: own.serviceExports,
    services: own.services,
    slices: own.endpointSlices,
  });
  const refusals = new Refusals();

  // 4. The loops: membership first, then what goes out, then what comes in.
  const watched = { ...own, ...far };
  const loops: ControllerSpec[] = [
    newPropertyController({
      local,
      hub: hubView,
      cluster,
      clusterSet: () => config.clustersetId ?? state.current?.clusterSetUID,
      board: properties,
    }),
    newIdentityController({ hub: hubView, state, sequences, events, agentNamespace, watched }),
    newReportController({
      hub: hubView,
      publishing,
      exports,
      reports: farWriters.memberReports,
      sequences,
      agentVersion: VERSION,
      watched,
    }),
    newLeaseController({
      store: leaseStore(hub, { namespace: memberNamespace(cluster), name: HUB_LEASE_NAME }),
      hub: hubView,
      publishing,
      state,
      sequences,
      informers: Object.values(far),
      watched,
      holder,
      clock,
      annotations: told,
      renewEvery: config.leaseInterval,
    }),
    newExportRecordsController({
      hub: hubView,
      publishing,
      exports,
      refusals,
      generationsNow: generationsNow(local),
      events,
      sequences,
      watched,
      ...farWriters,
    }),
    newExportStatusController({
      hub: hubView,
      publishing,
      exports,
      refusals,
      serviceExports: ownWriters.serviceExports,
      events,
      watched,
    }),
  ];
  if (config.hubCredentialSecret !== undefined) {
    const secret = { namespace: agentNamespace, name: config.hubCredentialSecret };
    loops.push(newCredentialController({ local, hub, cluster, secret, expiry }));
  }
  const tally = new ImportTally();
  const importDeps = {
    cluster,
    hub: hubView,
    hubCaches: far,
    local: own,
    writers: ownWriters,
    selected,
    events,
    observer: tally,
    headlessDerivedService: config.headlessDerivedService,
    exports,
  };
  loops.push(newImportServiceController(importDeps), newImportSliceController(importDeps));

  // 5. What people run it by.
  const rights = new MissingRightsBoard();
  const namespacesOf = { 'agent-namespace': agentNamespace, 'member-namespace': memberNamespace(cluster) };
  const rulesOn = (on: 'member' | 'hub') =>
    loops.flatMap(({ permissions }) => permissions.filter((rule) => rule.on === on));
  loops.push(
    newRightsController(
      [
        { client: local, rules: rulesOn('member'), namespaces: namespacesOf },
        { client: hub, rules: rulesOn('hub'), namespaces: namespacesOf },
      ],
      rights,
    ),
  );
  for (const loop of loops) manager.addController(loop);
  const { serviceExports: exported, serviceImports: imported } = own;
  addGauges(metrics, {
    exports,
    serviceExports: exported,
    serviceImports: imported,
    records: far.exportedEndpointSlices,
    endpointSlices: own.endpointSlices,
    members: far.members,
    cluster,
    hubView,
    tally,
    credential: expiry,
    hub: Object.values(far),
    clock,
  });
  addOperation(manager, {
    listen: config.listen,
    clock,
    log,
    levels,
    metrics,
    state: () => ({
      hub: hubView.whyUnreadable ?? 'readable',
      publishing: publishing.obstacle ?? 'yes',
      missingRights: rights.lines,
    }),
  });
  await manager.run(signal);
}
