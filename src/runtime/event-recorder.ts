import PQueue from 'p-queue';
import { keyOf } from '#src/cache/lister.ts';
import type { KubeClient } from '#src/kube/client.ts';
import type { Clock, Milliseconds } from './clock.ts';
import { eventOf, events, type Reporter } from './event.ts';
import type { EventNote, EventRecorder } from './events.ts';

/** The same note on the same object is not recorded again for this long. */
const SILENCE: Milliseconds = 120_000;
/** Notes that are remembered; beyond it the oldest may be recorded again early. */
const MEMORY = 1_000;
/** Events that wait to be written; beyond it new ones are dropped: state is in conditions, Events are news. */
const BACKLOG = 100;
const WRITE_TIMEOUT: Milliseconds = 10_000;

export interface EventRecorderDeps {
  client: Pick<KubeClient, 'create'>;
  clock: Clock;
  /** A number in [0, 1), like Math.random. */
  random: () => number;
  reporter: Reporter;
  /** Hears what became of each note that was not a repetition. */
  counted: (result: 'written' | 'failed' | 'dropped') => void;
}

/** Writes notes as events.k8s.io/v1 Events to the API server, one after the other in the background. */
export class ApiEventRecorder implements EventRecorder {
  readonly #deps: EventRecorderDeps;
  /** When each note was last recorded, oldest first. */
  readonly #recorded = new Map<string, Milliseconds>();
  readonly #writes = new PQueue({ concurrency: 1 });
  /** Part of an Event's name. It starts anywhere: two agents may report on one object in one millisecond. */
  #serial: number;

  constructor(deps: EventRecorderDeps) {
    this.#deps = deps;
    this.#serial = Math.floor(deps.random() * 0x10000);
  }

  record(note: EventNote): void {
    if (this.#isRepetition(note)) return;
    if (this.#writes.size >= BACKLOG) {
      this.#deps.counted('dropped');
      return;
    }
    const event = eventOf(note, this.#deps.reporter, this.#deps.clock.now(), this.#serial++ & 0xffff);
    void this.#writes.add(() => this.#write(event));
  }

  /** Drops what waits, and resolves when nothing is being written any more. */
  close(): Promise<void> {
    this.#writes.clear();
    return this.#writes.onIdle();
  }

  /** Resolves when everything recorded so far has been written or has failed. */
  written(): Promise<void> {
    return this.#writes.onIdle();
  }

  #isRepetition({ about, type, reason, message }: EventNote): boolean {
    const now = this.#deps.clock.monotonic();
    const key = JSON.stringify([about.kind, keyOf(about), about.metadata.uid, type, reason, message]);
    const last = this.#recorded.get(key);
    if (last !== undefined && now - last < SILENCE) return true;
    // Deleted first, so that the map stays in the order of the times.
    this.#recorded.delete(key);
    this.#recorded.set(key, now);
    for (const [oldest, at] of this.#recorded) {
      if (now - at < SILENCE && this.#recorded.size <= MEMORY) break;
      this.#recorded.delete(oldest);
    }
    return false;
  }

  async #write(event: ReturnType<typeof eventOf>): Promise<void> {
    try {
      await this.#deps.client.create(events, event, { timeoutMs: WRITE_TIMEOUT });
      this.#deps.counted('written');
    } catch {
      // Counted only: an Event about a cluster in trouble is the first thing that fails there.
      this.#deps.counted('failed');
    }
  }
}
