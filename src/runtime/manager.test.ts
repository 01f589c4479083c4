import { describe, expect, it } from 'vitest';
import type { InformerHealth } from '#src/cache/contract.ts';
import { SteppedClock } from '#test/clock/stepped-clock.ts';
import { CountingMetrics } from '#test/runtime/counting-metrics.ts';
import { RecordingLog } from '#test/runtime/recording-log.ts';
import type { Runnable } from './group.ts';
import { type ManagedInformer, Manager } from './manager.ts';
import { abortOf } from './waits.ts';

/** What happened, in order; every part of the test's program writes here. */
type Diary = string[];

/** A cache whose first list arrives when the test says so. */
class Source implements ManagedInformer {
  readonly resource: { plural: string };
  synced = false;
  health: InformerHealth = { state: 'connecting' };
  readonly #diary: Diary;
  readonly #first = Promise.withResolvers<void>();
  readonly #again = Promise.withResolvers<void>();

  constructor(plural: string, diary: Diary) {
    this.resource = { plural };
    this.#diary = diary;
  }

  async run(signal: AbortSignal): Promise<void> {
    this.#diary.push(`${this.resource.plural} up`);
    await abortOf(signal);
    this.#diary.push(`${this.resource.plural} down`);
  }

  async waitForSync(signal: AbortSignal): Promise<void> {
    await Promise.race([this.#first.promise, abortOf(signal)]);
    signal.throwIfAborted();
  }

  async refresh(signal: AbortSignal): Promise<void> {
    this.#diary.push(`${this.resource.plural} asked again`);
    await Promise.race([this.#again.promise, abortOf(signal)]);
    signal.throwIfAborted();
  }

  /** What it was asked for again is there. */
  arriveAgain(): void {
    this.#again.resolve();
  }

  arrive(): void {
    this.synced = true;
    this.#first.resolve();
  }
}

function program() {
  const diary: Diary = [];
  const clock = new SteppedClock();
  const log = new RecordingLog();
  const manager = new Manager({ clock, log, random: () => 0, metrics: () => new CountingMetrics() });
  const part = (name: string): Runnable => ({
    name,
    async run(signal) {
      diary.push(`${name} up`);
      await abortOf(signal);
      diary.push(`${name} down`);
    },
  });
  const informer = (plural: string, required: boolean) => {
    const source = new Source(plural, diary);
    manager.addInformer(source, { required });
    return source;
  };
  const controller = (name: string, work: (clock: SteppedClock) => Promise<void> = async () => {}) =>
    manager.addController({
      name,
      watches: [],
      permissions: [],
      async reconcile(key) {
        diary.push(`${key} begins`);
        await work(clock);
        diary.push(`${key} ends`);
        return undefined;
      },
    });
  /** There are several; this one begins to lead when the promise resolves. */
  const election = () => {
    const leads = Promise.withResolvers<void>();
    manager.electBy({
      run: async (signal, lead) => {
        await Promise.race([leads.promise, abortOf(signal)]);
        if (!signal.aborted) await lead(signal);
      },
    });
    return leads;
  };
  const stop = new AbortController();
  let ended: 'no' | 'well' | Error = 'no';
  const run = () => {
    manager.run(stop.signal).then(
      () => {
        ended = 'well';
      },
      (error) => {
        ended = error;
      },
    );
  };
  return { diary, clock, log, manager, part, informer, controller, election, run, stop, ended: () => ended };
}

describe('the manager', () => {
  it('starts health, caches and, once the required ones are complete, controllers; and stops in reverse', async () => {
    const { diary, clock, manager, part, informer, controller, run, stop, ended } = program();
    controller('loop', (time) => time.sleep(1_000)).enqueue('key');
    const local = informer('services', true);
    informer('records', false);
    manager.addServer(part('health'));
    manager.addRunnable(part('events'));
    manager.addCloser('client', async () => void diary.push('client closed'));
    expect(manager.unready()).toBe('not started');
    run();
    await clock.step(60_000);
    expect(diary).toEqual(['health up', 'services up', 'records up', 'events up']);
    expect(manager.unready()).toBe('waiting for the first list of services');

    local.arrive();
    await clock.step(0);
    expect(diary.splice(0)).toEqual(['health up', 'services up', 'records up', 'events up', 'key begins']);
    expect(manager.unready()).toBeUndefined();

    stop.abort();
    await clock.step(0);
    expect(diary).toEqual([]);
    expect(manager.unready()).toBe('stopping');
    await clock.step(1_000);
    expect(diary).toEqual([
      'key ends',
      'services down',
      'records down',
      'events down',
      'client closed',
      'health down',
    ]);
    expect(ended()).toBe('well');
    expect(clock.pending).toBe(0);
  });

  it('asks for the newest state when it begins to lead, and starts no controller before it is there', async () => {
    const { diary, clock, informer, controller, election, run, stop, ended } = program();
    const leads = election();
    controller('loop').enqueue('key');
    const local = informer('services', true);
    informer('records', false);
    local.arrive();
    run();
    await clock.step(0);
    expect(diary.splice(0)).toEqual(['services up', 'records up']);
    leads.resolve();
    await clock.step(60_000);
    expect(diary.splice(0)).toEqual(['services asked again']);
    local.arriveAgain();
    await clock.step(0);
    expect(diary.splice(0)).toEqual(['key begins', 'key ends']);
    stop.abort();
    await clock.step(0);
    expect([ended(), clock.pending]).toEqual(['well', 0]);
  });

  it('asks for the newest of a cache that nothing waits for, and says when it is there', async () => {
    const { diary, clock, manager, informer, controller, election, run, stop, ended } = program();
    const leads = election();
    const noteRenewal = () =>
      manager.renewal().then(
        () => diary.push('statements are the newest'),
        () => diary.push('statements are left'),
      );
    controller('loop').enqueue('key');
    const statements = informer('statements', false);
    manager.renewOnLead([statements], () => {
      diary.push('leading');
      void noteRenewal();
    });
    informer('records', false);
    run();
    await clock.step(0);
    // Nothing was to be asked for yet.
    await noteRenewal();
    expect(diary.splice(0)).toEqual(['statements up', 'records up', 'statements are the newest']);
    leads.resolve();
    await clock.step(60_000);
    expect(diary.splice(0)).toEqual(['statements asked again', 'leading', 'key begins', 'key ends']);
    const impatient = AbortSignal.abort(new Error('no time'));
    await expect(manager.renewal(impatient)).rejects.toThrow('no time');
    statements.arriveAgain();
    await clock.step(0);
    expect(diary.splice(0)).toEqual(['statements are the newest']);
    stop.abort();
    await clock.step(0);
    expect([ended(), clock.pending]).toEqual(['well', 0]);
  });

  it('leaves what nothing waits for when it stops', async () => {
    const { clock, manager, informer, run, stop, ended } = program();
    manager.electBy({ run: (signal, lead) => lead(signal) });
    manager.renewOnLead([informer('statements', false)], () => {});
    run();
    await clock.step(0);
    const renewal = manager.renewal();
    stop.abort();
    await expect(renewal).rejects.toThrow('stopping');
    await clock.step(0);
    expect([ended(), clock.pending]).toEqual(['well', 0]);
  });

  it('says which first lists are missing and why, again and again', async () => {
    const { clock, log, informer, run, stop } = program();
    informer('services', true).arrive();
    informer('serviceexports', true).health = { state: 'failing', lastError: '404: no such kind' };
    run();
    await clock.step(30_000);
    expect(log.alarms.map(({ fields }) => fields)).toEqual([
      { waitingFor: ['serviceexports (404: no such kind)'] },
      { waitingFor: ['serviceexports (404: no such kind)'] },
    ]);
    stop.abort();
    await clock.step(0);
  });

  it('stops while it waits for first lists, without starting a controller', async () => {
    const { diary, clock, informer, controller, run, stop, ended } = program();
    informer('services', true);
    controller('loop').enqueue('key');
    run();
    await clock.step(1_000);
    stop.abort();
    await clock.step(0);
    expect(diary).toEqual(['services up', 'services down']);
    expect([ended(), clock.pending]).toEqual(['well', 0]);
  });

  it('stops everything and fails when a part fails, and names the part', async () => {
    const { diary, clock, manager, part, informer, controller, run, ended } = program();
    informer('services', true).arrive();
    controller('loop');
    manager.addServer(part('health'));
    manager.addRunnable({
      name: 'events',
      run: async () => {
        throw new Error('broken');
      },
    });
    run();
    await clock.step(0);
    expect(ended()).toEqual(new Error('events: broken'));
    expect(diary.slice(-2)).toEqual(['services down', 'health down']);
  });

  it('is down ten seconds after the signal even if a reconcile, a cache and a client never end', async () => {
    const { clock, log, manager, part, controller, run, stop, ended } = program();
    const deaf = { name: 'deaf', run: () => new Promise<void>(() => {}) };
    manager.addRunnable(deaf);
    manager.addServer(part('health'));
    manager.addCloser('client', () => new Promise<void>(() => {}));
    controller('loop', () => new Promise(() => {})).enqueue('key');
    run();
    await clock.step(0);
    stop.abort();
    await clock.step(10_000);
    expect(ended()).toBe('well');
    expect(log.alarms).toHaveLength(1);
    expect(clock.pending).toBe(0);
  });

  it('keeps working on other keys and other controllers while one key fails', async () => {
    const { diary, clock, controller, run, stop } = program();
    const bad = controller('bad', async () => {
      throw new Error('no');
    });
    const good = controller('good');
    run();
    await clock.step(0);
    bad.enqueue('bad');
    good.enqueue('good');
    await clock.step(100);
    expect(diary).toEqual(['bad begins', 'good begins', 'good ends', 'bad begins']);
    stop.abort();
    await clock.step(0);
  });

  it('takes nothing in once it runs, and runs once', async () => {
    const { clock, manager, part, run, stop } = program();
    run();
    expect(() => manager.addRunnable(part('late'))).toThrow('started already');
    await expect(manager.run(stop.signal)).rejects.toThrow('started already');
    stop.abort();
    await clock.step(0);
  });

  it('tells its state without being asked for details', () => {
    const { manager, informer, controller } = program();
    informer('services', true);
    controller('loop').enqueue('key');
    expect(manager.state).toEqual({
      stopping: false,
      informers: [{ resource: 'services', required: true, synced: false, health: { state: 'connecting' } }],
      controllers: { loop: { waiting: 1, delayed: 0, processing: 0 } },
    });
  });
});
