import { describe, expect, onTestFinished, test, vi } from 'vitest';
import type { InformerHealth } from '#src/cache/contract.ts';
import { SteppedClock } from '#test/clock/stepped-clock.ts';
import { Confirmation } from './confirmation.ts';

/** The connection of one informer, moved by the test. */
class Connection {
  health: InformerHealth = { state: 'connecting' };
  relists = 0;
  version = '100';
  readonly #clock: SteppedClock;
  readonly #listeners: ((health: InformerHealth) => void)[] = [];
  constructor(clock: SteppedClock) {
    this.#clock = clock;
  }
  onHealthChange(listener: (health: InformerHealth) => void): void {
    this.#listeners.push(listener);
  }
  relist(): void {
    this.relists++;
  }
  becomes(state: InformerHealth['state']): void {
    const turned = state !== this.health.state;
    this.health =
      state === 'live' ? { state, lastContact: this.#clock.monotonic() } : { ...this.health, state };
    if (turned) for (const listener of this.#listeners) listener(this.health);
  }
}

/** A hub that answers who it is, and two informers of it. */
function start() {
  const clock = new SteppedClock();
  const clusterSets = new Connection(clock);
  const records = new Connection(clock);
  const hub = {
    answers: 'old' as string | undefined | Error,
    version: '100',
    cached: 'old' as string | undefined,
    asked: 0,
    /** What each answer waits for. */
    held: Promise.resolve(),
  };
  const onSettled = vi.fn();
  const confirmation = new Confirmation({
    clusterSets,
    others: [records],
    clock,
    accepted: () => 'old',
    cached: () => hub.cached,
    async ask() {
      hub.asked++;
      await hub.held;
      if (hub.answers instanceof Error) throw hub.answers;
      return { uid: hub.answers, version: hub.version };
    },
    onSettled,
  });
  const stop = new AbortController();
  const ended = confirmation.run(stop.signal);
  onTestFinished(async () => {
    stop.abort();
    await ended;
  });
  const connections = [clusterSets, records];
  for (const connection of connections) connection.becomes('live');
  const pass = (ms: number) => clock.step(ms);
  return { clusterSets, records, connections, hub, confirmation, onSettled, pass };
}

describe('whose caches these are', () => {
  test('is beyond doubt while connections stand, and nobody is asked', async () => {
    const { confirmation, hub, pass } = start();
    await pass(60_000);
    expect(confirmation.doubtful).toBe(false);
    expect(hub.asked).toBe(0);
  });

  test('is doubtful from the very tick in which a lost connection is found again, until the hub says who it is', async () => {
    const { confirmation, records, hub, onSettled, pass } = start();
    records.becomes('failing');
    expect(confirmation.doubtful).toBe(false);
    records.becomes('live');
    expect(confirmation.doubtful).toBe(true);
    await pass(0);
    expect(confirmation.doubtful).toBe(false);
    expect(onSettled).toHaveBeenCalledOnce();
    expect(hub.asked).toBe(1);
    expect(records.relists).toBe(0);
  });

  test('stays doubtful while nobody answers', async () => {
    const { confirmation, hub, pass } = start();
    hub.answers = new Error('refused');
    confirmation.doubt();
    await pass(0);
    for (let round = 0; round < 5; round++) await pass(10_000);
    expect(confirmation.doubtful).toBe(true);
    hub.answers = 'old';
    await pass(10_000);
    expect(confirmation.doubtful).toBe(false);
  });

  test('is settled for another hub once the cache shows its ClusterSet, by one list of every kind', async () => {
    const { confirmation, hub, connections, pass } = start();
    hub.answers = 'new';
    confirmation.doubt();
    await pass(0);
    expect(confirmation.doubtful).toBe(true);
    await pass(1);
    expect(connections.map(({ relists }) => relists)).toEqual([1, 1]);
    hub.cached = 'new';
    await pass(1_000);
    expect(confirmation.doubtful).toBe(false);
    expect(connections.map(({ relists }) => relists)).toEqual([1, 1]);
  });

  test("is doubtful when the known hub is back, until no cache holds anything of the other's", async () => {
    const { confirmation, hub, connections, clusterSets, records, pass } = start();
    hub.answers = 'new';
    hub.cached = 'new';
    confirmation.doubt();
    await pass(0);
    expect(confirmation.doubtful).toBe(false);
    // The ClusterSet's cache is the first to be right again.
    hub.answers = 'old';
    hub.cached = 'old';
    confirmation.doubt();
    await pass(1);
    expect(connections.map(({ relists }) => relists)).toEqual([1, 1]);
    await pass(1);
    clusterSets.becomes('live');
    await pass(500);
    expect(confirmation.doubtful).toBe(true);
    records.becomes('live');
    await pass(500);
    expect(confirmation.doubtful).toBe(false);
  });

  test('is doubtful where the hub has not come as far as it had before, until every kind is listed anew', async () => {
    const { confirmation, hub, connections, records, pass } = start();
    records.version = '120';
    hub.version = '119';
    confirmation.doubt();
    await pass(1);
    expect(confirmation.doubtful).toBe(true);
    expect(connections.map(({ relists }) => relists)).toEqual([1, 1]);
    for (const connection of connections) connection.version = '119';
    for (const connection of connections) connection.becomes('live');
    await pass(500);
    expect(confirmation.doubtful).toBe(false);
    expect(connections.map(({ relists }) => relists)).toEqual([1, 1]);
  });

  test('is not settled by an answer to an older doubt', async () => {
    const { confirmation, hub, onSettled, pass } = start();
    const [first, second] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    hub.held = first.promise;
    confirmation.doubt();
    await pass(0);
    confirmation.doubt();
    hub.held = second.promise;
    first.resolve();
    await pass(0);
    expect(hub.asked).toBe(2);
    expect(confirmation.doubtful).toBe(true);
    expect(onSettled).not.toHaveBeenCalled();
    second.resolve();
    await pass(0);
    expect(confirmation.doubtful).toBe(false);
  });
});
