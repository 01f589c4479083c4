import type { InformerHealth } from '#src/cache/contract.ts';
import type { Logger } from '#src/observability/logger.ts';
import type { Clock, Milliseconds } from './clock.ts';
import type { ControllerSpec, Enqueuer } from './controller.ts';
import type { ControllerMetrics } from './controller-metrics.ts';
import { ControllerRunner } from './controller-runner.ts';
import type { Elector } from './election/elector.ts';
import { Group, type Runnable } from './group.ts';
import { abortOf, orAborted, settledWithin } from './waits.ts';

/** From the stop signal to the end. */
const STOP_LIMIT: Milliseconds = 10_000;
/** What running reconciles get of it; the rest is for aborting them and for closing what they used. */
const WORKERS_GRACE: Milliseconds = 7_000;
const CLOSE_LIMIT: Milliseconds = 500;
/** How often it is said that a first list is still missing. */
const WAITING_NOTICE: Milliseconds = 15_000;

/** The part of an Informer that starting and stopping it needs. */
export interface ManagedInformer {
  readonly resource: { readonly plural: string };
  readonly synced: boolean;
  readonly health: InformerHealth;
  run(signal: AbortSignal): Promise<void>;
  waitForSync(signal: AbortSignal): Promise<void>;
  refresh(signal: AbortSignal): Promise<void>;
}

export interface ManagerDeps {
  clock: Clock;
  /** A number in [0, 1), like Math.random. */
  random: () => number;
  log: Logger;
  /** Makes the metrics of one controller. */
  metrics: (controller: string) => ControllerMetrics;
}

/** State of the whole for /debug/state. */
export interface ManagerState {
  stopping: boolean;
  informers: { resource: string; required: boolean; synced: boolean; health: InformerHealth }[];
  controllers: Record<string, ControllerRunner['state']>;
}

/**
 * Starts the parts of a program in order and stops them in the reverse one. Everything is added first;
 * `run` is the life of the whole. It writes nothing to any cluster, and stopping deletes nothing.
 */
export class Manager {
  readonly #deps: ManagerDeps;
  readonly #servers: Runnable[] = [];
  readonly #informers: { informer: ManagedInformer; required: boolean }[] = [];
  readonly #controllers: ControllerRunner[] = [];
  readonly #runnables: Runnable[] = [];
  readonly #closers: { name: string; close: () => Promise<void> }[] = [];
  readonly #renewed: { informers: readonly Pick<ManagedInformer, 'refresh'>[]; begun: () => void }[] = [];
  #renewal: Promise<unknown> = Promise.resolve();
  #elector: Pick<Elector, 'run'> | undefined;
  #life: 'new' | 'running' | 'stopping' = 'new';

  constructor(deps: ManagerDeps) {
    this.#deps = deps;
  }

  /** Something that serves before all else is up and until all else is down: the health server. */
  addServer(server: Runnable): void {
    this.#refuseIfStarted();
    this.#servers.push(server);
  }

  /** `required`: no controller starts before its first complete list is in. */
  addInformer(informer: ManagedInformer, { required }: { required: boolean }): void {
    this.#refuseIfStarted();
    this.#informers.push({ informer, required });
  }

  /**
   * Lists these once more, too, when this process begins to lead; no controller waits for that. Whoever reads them must
   * not believe them before `renewal` resolves: `begun` calls back before any controller starts.
   */
  renewOnLead(informers: readonly Pick<ManagedInformer, 'refresh'>[], begun: () => void): void {
    this.#refuseIfStarted();
    this.#renewed.push({ informers, begun });
  }

  /**
   * Resolves when what is listed once more shows the newest state as of when this process began to lead; at once before
   * that, and where nobody is elected. Rejects with the signal's reason, and where the term ends first.
   */
  async renewal(signal?: AbortSignal): Promise<void> {
    await (signal === undefined ? this.#renewal : orAborted(this.#renewal, signal));
  }

  /** Takes a controller in and attaches its watches. The enqueuer may be used at once. */
  addController(spec: ControllerSpec): Enqueuer {
    this.#refuseIfStarted();
    const { clock, random, log, metrics } = this.#deps;
    const deps = { clock, random, log, metrics: metrics(spec.name), grace: WORKERS_GRACE };
    const runner = new ControllerRunner(spec, deps);
    this.#controllers.push(runner);
    return runner;
  }

  /**
   * Controllers run only while this process leads. Caches are kept in any case, and the required ones are listed once
   * more when it begins to: its watches may be behind what the one before it has seen and told. A process that loses
   * its leadership ends with an error: begun anew it is a candidate like any other.
   */
  electBy(elector: Pick<Elector, 'run'>): void {
    this.#refuseIfStarted();
    this.#elector = elector;
  }

  /** Something that runs beside the controllers, from the start of the informers on. */
  addRunnable(runnable: Runnable): void {
    this.#refuseIfStarted();
    this.#runnables.push(runnable);
  }

  /** What is closed once nothing uses it any more, such as a client's connections. */
  addCloser(name: string, close: () => Promise<void>): void {
    this.#refuseIfStarted();
    this.#closers.push({ name, close });
  }

  /** Why the whole is not ready, in one line; undefined: it is. Informers that are not required do not matter. */
  unready(): string | undefined {
    if (this.#life !== 'running') return this.#life === 'new' ? 'not started' : 'stopping';
    const missing = this.#missing();
    return missing.length === 0 ? undefined : `waiting for the first list of ${missing.join(', ')}`;
  }

  get state(): ManagerState {
    return {
      stopping: this.#life === 'stopping',
      informers: this.#informers.map(({ informer, required }) => ({
        resource: informer.resource.plural,
        required,
        synced: informer.synced,
        health: informer.health,
      })),
      controllers: Object.fromEntries(this.#controllers.map((runner) => [runner.name, runner.state])),
    };
  }

  /**
   * Runs until the signal aborts, then stops everything within ten seconds and resolves. Rejects, after the
   * same stop, with the error of a part that failed. A second call throws.
   */
  async run(signal: AbortSignal): Promise<void> {
    this.#refuseIfStarted();
    this.#life = 'running';
    const { clock, log } = this.#deps;
    const failed = Promise.withResolvers<never>();
    const group = () => new Group(log, failed.reject);
    const [servers, informers, leading] = [group(), group(), group()];
    const end = Promise.race([abortOf(signal), failed.promise]);
    // The order holds for these reasons:
    try {
      // 1. Health first: a program that waits for its caches must be able to say so.
      for (const server of this.#servers) servers.start(server);
      // 2. Informers, all of them, and what runs beside the controllers.
      for (const { informer } of this.#informers) {
        informers.start({ name: informer.resource.plural, run: (stop) => informer.run(stop) });
      }
      for (const runnable of this.#runnables) informers.start(runnable);
      // 3. WARNING: no controller before the required caches are whole. To it, what a cache does not hold does
      //    not exist, and it would tell the others so.
      await Promise.race([end, this.#synced(informers.signal)]);
      if (!signal.aborted) {
        log.info({}, 'required caches are complete, starting controllers');
        // 4. Controllers, once this process leads. Caches that are not required may come whenever they can.
        const work = (term: AbortSignal) => this.#work(term, group());
        const elector = this.#elector ?? { run: (stop, lead) => lead(stop) };
        leading.start({ name: 'controllers', run: (stop) => elector.run(stop, work) });
      }
      await end;
    } finally {
      this.#life = 'stopping';
      const began = clock.monotonic();
      const left = () => Math.max(STOP_LIMIT - (clock.monotonic() - began), CLOSE_LIMIT);
      log.info({}, 'stopping');
      // 5. Workers drain while the caches they read and the clients they write with are still there.
      await leading.stop(clock, left());
      await informers.stop(clock, Math.min(left(), 2 * CLOSE_LIMIT));
      await settledWithin(clock, CLOSE_LIMIT, Promise.allSettled(this.#closers.map(({ close }) => close())));
      // 6. Health last: it says "stopping" as long as there is anything left to stop.
      await servers.stop(clock, CLOSE_LIMIT);
      log.info({ tookMs: Math.round(clock.monotonic() - began) }, 'stopped');
    }
  }

  /** Runs all controllers for as long as the signal allows, and resolves when none works any more. */
  async #work(term: AbortSignal, controllers: Group): Promise<void> {
    if (this.#elector !== undefined) {
      this.#renew(term);
      if (!(await this.#refreshed(term))) return;
    }
    for (const runner of this.#controllers) {
      controllers.start({ name: runner.name, run: (stop) => runner.run(stop) });
    }
    await abortOf(term);
    await controllers.stop(this.#deps.clock, STOP_LIMIT, term.reason);
  }

  #renew(term: AbortSignal): void {
    const informers = this.#renewed.flatMap((entry) => entry.informers);
    this.#renewal = Promise.all(informers.map((informer) => informer.refresh(term)));
    // It fails by the end of the term alone, and whoever waits for it is told.
    this.#renewal.catch(() => {});
    for (const { begun } of this.#renewed) begun();
  }

  /** False: the signal came first. */
  async #refreshed(signal: AbortSignal): Promise<boolean> {
    const required = this.#informers.filter((entry) => entry.required);
    try {
      await Promise.all(required.map(({ informer }) => informer.refresh(signal)));
    } catch (error) {
      if (signal.aborted) return false;
      throw error;
    }
    this.#deps.log.info({}, 'required caches show the newest state');
    return true;
  }

  #missing(): string[] {
    return this.#informers
      .filter(({ informer, required }) => required && !informer.synced)
      .map(({ informer: { resource, health } }) =>
        health.lastError === undefined ? resource.plural : `${resource.plural} (${health.lastError})`,
      );
  }

  /** Resolves when every required informer has its first list; says from time to time which have not. */
  async #synced(signal: AbortSignal): Promise<void> {
    const { clock, log } = this.#deps;
    const required = this.#informers.filter((entry) => entry.required);
    const all = Promise.all(required.map(({ informer }) => informer.waitForSync(signal)));
    while (!(await settledWithin(clock, WAITING_NOTICE, all))) {
      log.warn({ waitingFor: this.#missing() }, 'still waiting for first lists');
    }
    if (!signal.aborted) await all;
  }

  #refuseIfStarted(): void {
    if (this.#life !== 'new') throw new Error('the manager has been started already');
  }
}
