import { isDeepStrictEqual } from 'node:util';
import { onTestFinished } from 'vitest';
import { configMaps, type IConfigMap } from '#apis/kubernetes/config-map.ts';
import type { InformerOptions } from '#src/cache/contract.ts';
import { newInformer, type WritableInformer } from '#src/cache/informer.ts';
import type { CacheChange } from '#src/cache/lister.ts';
import type { CacheMetrics } from '#src/cache/observer.ts';
import type { ReflectorTimings } from '#src/cache/reflector.ts';
import type { KubeClient } from '#src/kube/client.ts';
import type { Clock } from '#src/runtime/clock.ts';
import { systemClock } from '#src/runtime/system-clock.ts';
import { eventually } from '#test/driver/eventually.ts';
import { RecordingLog } from '#test/runtime/recording-log.ts';

/** Short waits: what is tested is the order of things, not client-go's numbers. */
export const QUICK: Partial<ReflectorTimings> = {
  reconnect: { first: 40, cap: 400, forgetAfter: 120_000 },
};

/** What an informer told its metrics. */
export class CacheCounts implements CacheMetrics {
  lists = 0;
  watches = 0;
  /** performance.now() at the last opening of a watch. */
  openedAt = 0;
  failedLists = 0;
  failedWatches = 0;
  listenerErrors = 0;
  readonly events: Record<string, number> = {};

  listed(): void {
    this.lists++;
  }
  watchOpened(): void {
    this.watches++;
    this.openedAt = performance.now();
  }
  event(_labels: unknown, type: string): void {
    this.events[type] = (this.events[type] ?? 0) + 1;
  }
  failed(_labels: unknown, during: 'list' | 'watch'): void {
    if (during === 'list') this.failedLists++;
    else this.failedWatches++;
  }
  listenerThrew(): void {
    this.listenerErrors++;
  }
}

/** A running informer of the ConfigMaps of one namespace, and all that it has said. */
export interface Watched {
  readonly informer: WritableInformer<IConfigMap>;
  readonly changes: CacheChange<IConfigMap>[];
  readonly log: RecordingLog;
  readonly counts: CacheCounts;
  /** Ends it; resolves when `run` has. */
  stop(): Promise<void>;
  /** Resolves when a watch is open. */
  opened(): Promise<void>;
  /** Waits until the cache holds exactly what the server holds, read from the server itself. */
  equals(world: KubeClient): Promise<void>;
}

export interface WatchedOptions extends Pick<InformerOptions<IConfigMap>, 'labelSelector' | 'indexes'> {
  timings?: Partial<ReflectorTimings>;
  clock?: Clock;
  /** Wait for the first list and watch; true unless told. */
  synced?: boolean;
  /** False where it outlives the test and is stopped by the caller. */
  stopAfterTest?: boolean;
}

/** Starts one; it stops with the test. */
export async function watchConfigMaps(
  client: KubeClient,
  namespace: string,
  {
    timings = {},
    clock = systemClock(),
    synced = true,
    stopAfterTest = true,
    ...options
  }: WatchedOptions = {},
): Promise<Watched> {
  const log = new RecordingLog();
  const counts = new CacheCounts();
  const informer = newInformer(
    { client, clock, log, metrics: counts, freeze: true, timings: { ...QUICK, ...timings } },
    { resource: configMaps, namespace, ...options },
  );
  const changes: CacheChange<IConfigMap>[] = [];
  informer.addListener((change) => changes.push(change));
  const abort = new AbortController();
  const life = informer.run(abort.signal);
  const stop = async () => {
    abort.abort();
    await life;
  };
  if (stopAfterTest) onTestFinished(stop);
  const watched: Watched = {
    informer,
    changes,
    log,
    counts,
    stop,
    opened: () => eventually('a watch is open', async () => insist(counts.watches > 0, 'no watch yet')),
    equals: (world) => equals(informer, world, namespace),
  };
  if (synced) {
    await informer.waitForSync(AbortSignal.timeout(20_000));
    await watched.opened();
  }
  return watched;
}

/** Waits until `condition` holds. */
export function until(what: string, condition: () => boolean): Promise<void> {
  return eventually(what, async () => insist(condition(), 'not yet'));
}

function insist(condition: boolean, otherwise: string): void {
  if (!condition) throw new Error(otherwise);
}

async function equals(
  informer: WritableInformer<IConfigMap>,
  world: KubeClient,
  namespace: string,
): Promise<void> {
  await eventually('cache and server are equal', async () => {
    const { items } = await world.list(configMaps, { namespace });
    const theirs = items.map(shape).sort();
    const ours = [...informer.list()].map(shape).sort();
    if (!isDeepStrictEqual(ours, theirs)) throw new Error(`cache [${ours}], server [${theirs}]`);
  });
}

function shape({ metadata, data }: IConfigMap): string {
  return `${metadata.name}@${metadata.resourceVersion} ${metadata.uid} ${JSON.stringify(data ?? {})}`;
}
