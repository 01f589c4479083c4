import { clusterSets } from '#apis/hub/cluster-set.ts';
import { exportedEndpointSlices } from '#apis/hub/exported-endpoint-slice.ts';
import { exportedServices } from '#apis/hub/exported-service.ts';
import { memberNamespace, members } from '#apis/hub/member.ts';
import { memberReports, REPORT_NAME } from '#apis/hub/member-report.ts';
import { endpointSlices } from '#apis/kubernetes/endpoint-slice.ts';
import { namespaces } from '#apis/kubernetes/namespace.ts';
import { services } from '#apis/kubernetes/service.ts';
import type { KubeObject, Resource } from '#apis/meta.ts';
import { serviceExports } from '#apis/multicluster/service-export.ts';
import { serviceImports } from '#apis/multicluster/service-import.ts';
import { projectRecord } from '#controllers/endpoints/record-view.ts';
import { projectSlice } from '#controllers/endpoints/views.ts';
import { LocalExports } from '#controllers/export/local-exports.ts';
import { newExportRecordsController } from '#controllers/export/records-controller.ts';
import { Refusals } from '#controllers/export/refusals.ts';
import { newExportStatusController } from '#controllers/export/status-controller.ts';
import { judgeMember } from '#controllers/hub/claim.ts';
import * as importing from '#controllers/import/indexes.ts';
import { newImportServiceController } from '#controllers/import/service/controller.ts';
import { newImportSliceController } from '#controllers/import/slice/controller.ts';
import { ImportTally } from '#controllers/import/tally.ts';
import { HubCaches } from '#controllers/membership/hub-caches.ts';
import { Publishing } from '#controllers/membership/publishing.ts';
import { newReportController } from '#controllers/membership/report-controller.ts';
import { SelectedNamespaces } from '#controllers/membership/selected-namespaces.ts';
import { Sequences } from '#controllers/membership/sequence.ts';
import { StateStore } from '#controllers/membership/state.ts';
import type { ControllerSpec } from '#src/runtime/controller.ts';
import { SteppedClock } from '#test/clock/stepped-clock.ts';
import { endpoint, service, slice } from '#test/driver/builders.ts';
import { RecordingLog } from '#test/runtime/recording-log.ts';
import { Kind, SERVICE_INDEXES, SLICE_INDEXES, SLICE_RECORD_INDEXES, type Write } from './kind.ts';
import { informersOf, writersOf } from './kinds.ts';
import { LoopQueue } from './loop-queue.ts';
import { SELF, SET_UID, uidOf } from './names.ts';

/**
 * The loops of a member's agent that act on what the hub shows, wired as the program wires them, over real caches and
 * the real parser, but without API servers: a million records cannot go over the wire. What it does against servers is
 * shown elsewhere.
 */
export class AgentLoops {
  readonly writes: Write[] = [];
  /** Namespaces that the member has. */
  readonly namespaces = ['prod', 'team-a', 'default', 'kube-system', 'tombolo-system', 'member-shbt'];
  readonly log = new RecordingLog();
  readonly hub;
  readonly own;
  readonly view: HubCaches;
  readonly #queue: LoopQueue;
  readonly #clock = new SteppedClock();

  private constructor(state: StateStore) {
    const versions = { next: 1 };
    const kind = <T extends KubeObject>(resource: Resource<T>, indexes = {}) =>
      new Kind<T>(resource, { project: (object) => object, indexes, writes: this.writes, versions });
    const shared = { writes: this.writes, versions };
    this.hub = {
      clusterSets: kind(clusterSets),
      members: kind(members),
      memberReports: kind(memberReports),
      exportedServices: kind(exportedServices, SERVICE_INDEXES),
      exportedEndpointSlices: new Kind(exportedEndpointSlices, {
        ...shared,
        project: projectRecord,
        indexes: SLICE_RECORD_INDEXES,
      }),
    };
    this.own = {
      namespaces: kind(namespaces),
      services: kind(services),
      serviceExports: kind(serviceExports, importing.serviceExportIndexes),
      serviceImports: kind(serviceImports, importing.serviceImportIndexes),
      endpointSlices: new Kind(endpointSlices, { ...shared, project: projectSlice, indexes: SLICE_INDEXES }),
    };
    this.view = new HubCaches({
      cluster: SELF,
      kinds: informersOf(this.hub),
      state,
      admitted: undefined,
      client: {
        list: () => Promise.reject(new Error('nobody asks')),
      },
      clock: this.#clock,
    });
    const { log } = this;
    const signal = new AbortController().signal;
    this.#queue = new LoopQueue(this.#wired(state), { signal, log, clock: this.#clock });
  }

  /** With a Service of its own that it exports, and one of users that nobody may touch. */
  static async start(): Promise<AgentLoops> {
    const state = new StateStore(inMemory());
    await state.update((known) => ({ ...known, clusterSetUID: SET_UID }), new AbortController().signal);
    const agent = new AgentLoops(state);
    const { namespaces: all, services: served, serviceExports: exported, ...rest } = agent.own;
    all.holds(
      agent.namespaces.map((name) => ({
        metadata: { name, uid: name === 'kube-system' ? uidOf(SELF) : `ns-${name}` },
      })),
    );
    served.holds([service('prod', 'db', OWN_SPEC), service('prod', 'payments')]);
    exported.holds([
      {
        metadata: {
          namespace: 'prod',
          name: 'db',
          uid: 'export-zzzc',
          creationTimestamp: '2026-01-01T00:00:00Z',
        },
      },
    ]);
    rest.serviceImports.holds([]);
    rest.endpointSlices.holds([
      slice('prod', 'db', 'own', [endpoint('198.18.1.7')]),
      slice('prod', 'payments', 'a', [endpoint('198.18.1.99')]),
    ]);
    return agent;
  }

  /**
   * Reads a state of the hub, and does all that follows from it. Returns how many kinds could not be read: a reply that
   * is none is refused as a whole, and what was known stays.
   */
  async reads({ objects }: { objects: ReadonlyMap<string, readonly string[]> }): Promise<number> {
    let unread = 0;
    for (const kind of Object.values(this.hub)) {
      try {
        await kind.shows(objects.get(kind.resource.plural) ?? []);
      } catch (error) {
        if (!(error instanceof Error) || error.name !== 'TransportError') throw error;
        unread++;
      }
    }
    await this.turns();
    return unread;
  }

  /** Looks at everything again, whether anything has changed or not, and does all that follows from it. */
  async turns(): Promise<void> {
    this.view.turn();
    await this.settles();
  }

  /** Whom the hub's own controller would say that each id belongs to, from the same objects. */
  claims(): (string | undefined)[] {
    const { members: all, memberReports: reports } = this.hub;
    return [...all.store.list()].map((member) => {
      const report = reports.store.get(`${memberNamespace(member.metadata.name)}/${REPORT_NAME}`);
      return judgeMember({ member, report, housed: true }).claimedUID;
    });
  }

  /** Does all that follows from what has changed since. */
  async settles(): Promise<void> {
    await this.#queue.settles();
  }

  /** Lets so much time pass that everything is looked at that was to be looked at again. */
  async waits(): Promise<void> {
    await this.#queue.waits();
  }

  #wired(state: StateStore): ControllerSpec[] {
    const [own, hub] = [informersOf(this.own), informersOf(this.hub)];
    const selected = new SelectedNamespaces(undefined, own.namespaces);
    const exports = new LocalExports({
      cluster: SELF,
      selected,
      hub: this.view,
      serviceExports: own.serviceExports,
      services: own.services,
      slices: own.endpointSlices,
    });
    const publishing = new Publishing({
      cluster: SELF,
      hub: this.view,
      namespaces: own.namespaces,
      state,
      properties: { obstacle: undefined },
    });
    const sequences = new Sequences(state, this.#clock);
    const events = { record: () => {} };
    const refusals = new Refusals();
    const ownWriters = writersOf(this.own);
    const watched = { ...own, ...hub };
    const importing = {
      cluster: SELF,
      hub: this.view,
      hubCaches: hub,
      local: own,
      writers: ownWriters,
      events,
      selected,
      observer: new ImportTally(),
      headlessDerivedService: false,
      exports,
    };
    const { memberReports: reports, ...records } = writersOf(this.hub);
    const shared = { hub: this.view, publishing, exports, sequences, watched };
    return [
      newReportController({ ...shared, reports, agentVersion: '1' }),
      newExportRecordsController({
        ...shared,
        ...records,
        refusals,
        events,
        generationsNow: async () => new Map(),
      }),
      newExportStatusController({ ...shared, serviceExports: ownWriters.serviceExports, refusals, events }),
      newImportServiceController(importing),
      newImportSliceController(importing),
    ];
  }
}

const OWN_SPEC = {
  ports: [{ name: 'tcp', port: 5432, protocol: 'TCP' }],
  clusterIPs: ['10.96.0.7'],
  ipFamilies: ['IPv4'],
};

/** The agent's Lease in its own cluster. */
function inMemory(): ConstructorParameters<typeof StateStore>[0] {
  return {
    namespace: 'tombolo-system',
    name: 'tombolo-member',
    read: async () => undefined,
    create: async ({ metadata }) => metadata,
    update: async ({ metadata }) => metadata,
  };
}
