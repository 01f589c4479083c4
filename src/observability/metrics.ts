import { Counter, collectDefaultMetrics, Gauge, Registry } from 'prom-client';
import type { CacheMetrics } from '#src/cache/observer.ts';
import type { RequestMetrics } from '#src/kube/metrics.ts';
import type { Milliseconds } from '#src/runtime/clock.ts';
import type { ControllerMetrics } from '#src/runtime/controller-metrics.ts';
import { newCacheMetrics } from './cache-metrics.ts';
import { newControllerMetrics } from './controller-metrics.ts';
import { newRequestMetrics } from './request-metrics.ts';

/** Counts by the value of a metric's one label, read when somebody looks. */
export type Counts = () => Iterable<readonly [label: string, count: number]>;

/** Whether the hub answers now, and when it last did: milliseconds since the epoch, 0 for never. */
export interface HubContact {
  connected: boolean;
  lastAnswer: Milliseconds;
}

/** One object brought in line, or not. */
export interface SyncOperation {
  /** Kind of the object that was written. */
  kind: string;
  /** `export`: to the hub. `import`: from the hub. `local`: within the own cluster. */
  direction: 'export' | 'import' | 'local';
  result: 'created' | 'updated' | 'deleted' | 'failed';
}

/**
 * All metrics of a program, in a registry of its own. Times are seconds, counters end in `_total`, and no
 * label holds an address, a UID or the name of a pod or a service: the number of series stays bounded.
 */
export class Metrics {
  readonly registry = new Registry();
  /** Makes the metrics of one controller and its queue. */
  readonly controller: (name: string) => ControllerMetrics;
  /** For every client of an API server. */
  readonly requests: RequestMetrics;
  /** For every informer. */
  readonly caches: CacheMetrics;
  readonly #operations: Counter<'kind' | 'direction' | 'result'>;
  readonly #events: Counter<'result'>;

  constructor(build: { version: string; commit: string }) {
    const registers = [this.registry];
    this.controller = newControllerMetrics(this.registry);
    this.requests = newRequestMetrics(this.registry);
    this.caches = newCacheMetrics(this.registry);
    new Gauge({
      name: 'tombolo_build_info',
      help: 'Always 1; the labels say what is running',
      labelNames: ['version', 'commit', 'node_version'],
      registers,
    }).set({ ...build, node_version: process.version }, 1);
    this.#operations = new Counter({
      name: 'tombolo_sync_operations_total',
      help: 'Writes of objects by kind, direction and result',
      labelNames: ['kind', 'direction', 'result'],
      registers,
    });
    this.#events = new Counter({
      name: 'tombolo_events_total',
      help: 'Kubernetes Events by what became of them',
      labelNames: ['result'],
      registers,
    });
  }

  /** Those of the process: memory, handles, the event loop. They are collected for ever, and cost where nobody asks. */
  collectProcess(): void {
    collectDefaultMetrics({ register: this.registry });
  }

  /** `tombolo_cluster_info{cluster}`: who this program works for. */
  clusterInfo(cluster: string): void {
    const registers = [this.registry];
    const help = 'Always 1; the label says for which member cluster';
    new Gauge({ name: 'tombolo_cluster_info', help, labelNames: ['cluster'], registers }).set({ cluster }, 1);
  }

  /** `tombolo_hub_connected` and `tombolo_hub_last_success_timestamp_seconds`. */
  hub(contact: () => HubContact): void {
    this.#figure('tombolo_hub_connected', '1 while the hub answers, 0 while it does not', () =>
      contact().connected ? 1 : 0,
    );
    this.#figure(
      'tombolo_hub_last_success_timestamp_seconds',
      'When the hub last answered, in seconds since the epoch; 0: it has not',
      () => contact().lastAnswer / 1_000,
    );
  }

  /** `tombolo_credential_expiry_timestamp_seconds`; milliseconds since the epoch, undefined for never or unknown. */
  credentialExpiry(at: () => Milliseconds | undefined): void {
    this.#figure(
      'tombolo_credential_expiry_timestamp_seconds',
      'When the credentials on the hub end, in seconds since the epoch; 0: never, or not known',
      () => (at() ?? 0) / 1_000,
    );
  }

  /** `leader_election_master_status{name}`. */
  leadership(name: string, leads: () => boolean): void {
    new Gauge({
      name: 'leader_election_master_status',
      help: '1 while this process leads, 0 while it waits',
      labelNames: ['name'],
      registers: [this.registry],
      collect() {
        this.set({ name }, leads() ? 1 : 0);
      },
    });
  }

  syncOperation(operation: SyncOperation): void {
    this.#operations.inc({ ...operation });
  }

  /** What became of an Event; hand this to the recorder. */
  eventCounted(result: 'written' | 'failed' | 'dropped'): void {
    this.#events.inc({ result });
  }

  /** `tombolo_exports{state}`. */
  exports(counts: Counts): void {
    this.#counted('tombolo_exports', 'ServiceExports by state', 'state', counts);
  }

  /** `tombolo_imports{type}`. */
  imports(counts: Counts): void {
    this.#counted('tombolo_imports', 'ServiceImports by type', 'type', counts);
  }

  /** `tombolo_endpoints{source_cluster}`. */
  endpoints(counts: Counts): void {
    this.#counted(
      'tombolo_endpoints',
      'Endpoints in the records of the hub by the cluster they are in',
      'source_cluster',
      counts,
    );
  }

  /** `tombolo_conflicts{reason}`. */
  conflicts(counts: Counts): void {
    this.#counted('tombolo_conflicts', 'Exported services in conflict now, by reason', 'reason', counts);
  }

  /** `tombolo_refused_records{reason}`. */
  refusedRecords(counts: Counts): void {
    this.#counted(
      'tombolo_refused_records',
      'Records on the hub that are not believed now',
      'reason',
      counts,
    );
  }

  /** `tombolo_dropped_endpoints{reason}`. */
  droppedEndpoints(counts: Counts): void {
    this.#counted('tombolo_dropped_endpoints', 'Endpoints that are not imported now', 'reason', counts);
  }

  /** `tombolo_endpointslices_stale{source_cluster}`. */
  staleSlices(counts: Counts): void {
    this.#counted(
      'tombolo_endpointslices_stale',
      'Imported slices of members that count as unreachable, kept and withdrawn',
      'source_cluster',
      counts,
    );
  }

  /** `tombolo_members{state}`, of the hub. */
  members(counts: Counts): void {
    this.#counted('tombolo_members', 'Members of the set by whether they are reachable', 'state', counts);
  }

  /** `tombolo_pending_imports{reason}`. */
  pendingImports(counts: Counts): void {
    this.#counted('tombolo_pending_imports', 'Imports that something stands in the way of', 'reason', counts);
  }

  /** A gauge without labels, asked for at each scrape. */
  #figure(name: string, help: string, value: () => number): void {
    new Gauge({
      name,
      help,
      registers: [this.registry],
      collect() {
        this.set(value());
      },
    });
  }

  /** A gauge with one label, asked for at each scrape: it cannot drift from what it counts. */
  #counted(name: string, help: string, label: string, counts: Counts): void {
    new Gauge({
      name,
      help,
      labelNames: [label],
      registers: [this.registry],
      collect() {
        this.reset();
        for (const [value, count] of counts()) this.set({ [label]: value }, count);
      },
    });
  }
}
