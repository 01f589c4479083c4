import type { Logger } from '#src/observability/logger.ts';
import { KeyedQueue, type Taken } from '#src/queue/keyed-queue.ts';
import { WorkerPool } from '#src/queue/worker-pool.ts';
import { attempt, NOTICE_ABORT } from './attempt.ts';
import type { Clock, Milliseconds } from './clock.ts';
import type { ControllerSpec, Enqueuer, ReconcileContext } from './controller.ts';
import type { ControllerMetrics } from './controller-metrics.ts';
import { asError, LeadershipLost, Stopping } from './errors.ts';
import { judge, type Outcome, type Verdict } from './outcome.ts';
import { abortOf, settledWithin } from './waits.ts';

const DEFAULT_WORKERS = 4;
const DEFAULT_TIMEOUT: Milliseconds = 60_000;
/** From this many failures in a row on, a conflict is no longer taken for bad luck. */
const STUBBORN_CONFLICT = 8;

export interface RunnerDeps {
  clock: Clock;
  /** A number in [0, 1), like Math.random; jitters the back-off. */
  random: () => number;
  log: Logger;
  metrics: ControllerMetrics;
  /** How long running reconciles may go on once the runner stops. */
  grace: Milliseconds;
}

/**
 * Runs one controller: its queue, its workers, and the boundary at which errors are logged, counted and
 * turned into retries. Keys are accepted from the moment it is made, and worked on from `run`.
 */
export class ControllerRunner implements Enqueuer {
  readonly name: string;
  readonly #spec: ControllerSpec;
  readonly #deps: RunnerDeps;
  readonly #queue: KeyedQueue;
  readonly #pool: WorkerPool;
  readonly #running = new Set<AbortController>();
  readonly #deadline: Milliseconds;
  #reconciles = 0;

  constructor(spec: ControllerSpec, deps: RunnerDeps) {
    this.name = spec.name;
    this.#spec = spec;
    this.#deps = deps;
    this.#deadline = spec.timeout ?? DEFAULT_TIMEOUT;
    const { clock, random, metrics } = deps;
    this.#queue = new KeyedQueue({
      clock,
      backoff: { random },
      metrics: metrics.queue,
      ...(spec.sourceOf && { sourceOf: spec.sourceOf }),
    });
    const workers = spec.workers ?? DEFAULT_WORKERS;
    this.#pool = new WorkerPool({ queue: this.#queue, workers, work: (taken) => this.#work(taken) });
    metrics.workers(workers);
    for (const watch of spec.watches) {
      watch.attach((key, lane, after = 0) => this.#queue.addAfter(key, after, lane));
    }
  }

  enqueue(key: string): void {
    this.#queue.add(key);
  }

  /** For /debug/state. */
  get state(): { waiting: number; delayed: number; processing: number } {
    const { waiting, delayed, processing } = this.#queue;
    return { waiting, delayed, processing };
  }

  /**
   * Works until the signal aborts, then lets what runs finish within the grace time, aborts the rest and
   * resolves, at the latest shortly after; after LeadershipLost at once: somebody else may begin any moment. Never
   * rejects for what a reconcile does; a second call throws.
   */
  async run(signal: AbortSignal): Promise<void> {
    this.#pool.start();
    await abortOf(signal);
    const drained = this.#pool.drain();
    const { clock, grace } = this.#deps;
    const patience = signal.reason instanceof LeadershipLost ? 0 : grace;
    if (await settledWithin(clock, patience, drained)) return;
    for (const abort of this.#running) abort.abort(new Stopping());
    // Whoever ignores the abort is given up by its attempt after NOTICE_ABORT, so this cannot hang.
    await settledWithin(clock, 2 * NOTICE_ABORT, drained);
  }

  async #work({ key, lane }: Taken): Promise<void> {
    const { clock, metrics } = this.#deps;
    const log = this.#logFor(key);
    const began = clock.monotonic();
    metrics.active(1);
    const outcome = await attempt((signal) => this.#spec.reconcile(key, contextOf(signal, log, clock)), {
      clock,
      deadline: this.#deadline,
      running: this.#running,
    });
    metrics.active(-1);
    if (outcome.kind === 'stopped') return;
    const verdict = judge(outcome);
    metrics.reconciled(verdict.result, clock.monotonic() - began, verdict.trouble);
    this.#follow(key, lane, verdict);
    if (verdict.trouble !== undefined) this.#report(log(), key, outcome, verdict.trouble);
  }

  #follow(key: string, lane: Taken['lane'], { next }: Verdict): void {
    if (next.do === 'retry') {
      this.#queue.retry(key, lane, next.atLeast);
      return;
    }
    this.#queue.forget(key);
    if ('after' in next) this.#queue.addAfter(key, next.after);
  }

  /**
   * The one place that logs a reconcile's error. A key that keeps failing is logged at its 1st, 2nd, 4th,
   * 8th, … failure in a row: a hub that is away must not fill the log with every key every minute.
   */
  #report(log: Logger, key: string, outcome: Outcome, trouble: NonNullable<Verdict['trouble']>): void {
    const failures = this.#queue.retries(key);
    const err = outcome.kind === 'threw' ? outcome.error : asError('requeueAfter is not a number');
    if (trouble === 'terminal') {
      log.error({ err }, 'reconcile failed and is not retried before the next change');
      return;
    }
    const quiet =
      (failures & (failures - 1)) !== 0 || (trouble === 'conflict' && failures < STUBBORN_CONFLICT);
    const fields = { err, failures, trouble };
    if (quiet) log.debug(fields, 'reconcile failed again, will retry');
    else log.error(fields, 'reconcile failed, will retry');
  }

  /** Made only when somebody logs: most reconciles have nothing to say, and a child logger costs more than they do. */
  #logFor(key: string): () => Logger {
    const reconcileID = (++this.#reconciles).toString(36);
    let log: Logger | undefined;
    return () => {
      log ??= this.#deps.log.child({ controller: this.name, ...placeOf(key), reconcileID });
      return log;
    };
  }
}

/** Most keys begin with a namespace and a name: the fields by which people search logs. */
function placeOf(key: string): Record<string, string> {
  const [namespace, name] = key.split('/');
  return name === undefined ? { key } : { key, namespace: namespace ?? '', name };
}

function contextOf(signal: AbortSignal, log: () => Logger, clock: Clock): ReconcileContext {
  return {
    signal,
    clock,
    get log() {
      return log();
    },
  };
}
