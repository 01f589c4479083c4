import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type ILease, leases } from '#apis/kubernetes/lease.ts';
import { Sequences } from '#controllers/membership/sequence.ts';
import { STATE_LEASE_NAME, StateStore } from '#controllers/membership/state.ts';
import type { KubeClient } from '#src/kube/client.ts';
import { connect } from '#src/kube/connect.ts';
import { isNotFound } from '#src/kube/errors.ts';
import { leaseStore } from '#src/kube/lease-store.ts';
import { systemClock } from '#src/runtime/system-clock.ts';
import { type SingleCluster, startCluster } from '#test/clusters/start.ts';

const KEY = { namespace: 'default', name: STATE_LEASE_NAME };
const START = Date.UTC(2026, 0, 1);

let running: SingleCluster;
let client: KubeClient;
/** What the agents here take for the time. */
let now = START;

beforeAll(async () => {
  running = await startCluster({ name: 'memory' });
  const kubeconfig = { text: running.cluster.kubeconfig };
  client = connect({ cluster: 'memory', kubeconfig, clock: systemClock() });
});
afterAll(async () => {
  await client.close();
  await running.stop();
});
beforeEach(async () => {
  now = START;
  await deleteLease();
});

/** An agent that starts: it knows what the Lease says and nothing else. */
function agent() {
  const state = new StateStore(leaseStore(client, KEY));
  const sequences = new Sequences(state, { now: () => now });
  return { state, next: (above?: number) => sequences.next(signal, above) };
}

const { signal } = new AbortController();

function lease(): Promise<ILease> {
  return client.get(leases, KEY);
}

async function deleteLease(): Promise<void> {
  try {
    const { uid = '' } = (await lease()).metadata;
    await client.delete(leases, KEY, { uid });
  } catch (error) {
    if (!isNotFound(error)) throw error;
  }
}

describe('sequences', () => {
  test('begin at the clock and grow by one where it stands still', async () => {
    const { next } = agent();
    expect([await next(), await next(), await next()]).toEqual([START, START + 1, START + 2]);
  });

  test('follow the clock where it runs ahead, and never go back with it', async () => {
    const { next } = agent();
    await next();
    now = START + 500;
    expect(await next()).toBe(START + 500);
    now = START - 3_600_000;
    expect(await next()).toBe(START + 501);
  });

  test('cost one write of the Lease for many in quick succession, and none before the first', async () => {
    const { state, next } = agent();
    await state.load(signal);
    await expect(lease()).rejects.toThrow('NotFound');
    await next();
    const { resourceVersion } = (await lease()).metadata;
    for (let drawn = 0; drawn < 1_000; drawn++) await next();
    expect((await lease()).metadata.resourceVersion).toBe(resourceVersion);
  });

  test('are given once and reserved by one write, however many ask at the same time', async () => {
    const { state, next } = agent();
    const drawn = await Promise.all(Array.from({ length: 200 }, () => next()));
    expect(new Set(drawn).size).toBe(200);
    expect(drawn).toEqual([...drawn].sort((a, b) => a - b));
    expect(state.current?.sequence).toBe(START + 10_000);
  });

  test('go on above all that was ever used after a restart, with a clock that went back', async () => {
    const last = await agent().next();
    now = START - 3_600_000;
    expect(await agent().next()).toBeGreaterThan(last);
  });

  test('go on above all that was ever used when the Lease is deleted, before and after a restart', async () => {
    const first = agent();
    const last = await first.next();
    await deleteLease();
    now += 20_000;
    const after = await first.next();
    expect(after).toBeGreaterThan(last);
    await deleteLease();
    now += 1;
    expect(await agent().next()).toBeGreaterThan(after);
  });

  test('of two instances that run side by side are never the same', async () => {
    const [a, b] = [agent(), agent()];
    const drawn: number[] = [];
    for (let round = 0; round < 20; round++) {
      drawn.push(...(await Promise.all([a.next(), b.next()])));
      now += 7_000;
    }
    expect(new Set(drawn).size).toBe(drawn.length);
  });

  test('are above what the hub shows, but not led astray by a number that no member can have drawn', async () => {
    const { next } = agent();
    expect(await next(START + 10_000_000)).toBe(START + 10_000_001);
    expect(await next(Number.MAX_SAFE_INTEGER)).toBe(START + 10_000_002);
  });

  test('are not used where the reservation could not be written', async () => {
    const broken = new Sequences(new StateStore(leaseStore(client, { ...KEY, namespace: 'missing' })), {
      now: () => now,
    });
    await expect(broken.next(signal)).rejects.toThrow(/namespaces "missing" not found/);
  });
});

describe('what an agent remembers', () => {
  test('is there again after a restart', async () => {
    const changed = await agent().state.update(
      (state) => ({ ...state, assertFloor: 7, hubLeaseVersion: '9007199254740993', clusterSetUID: 'set' }),
      signal,
    );
    expect(await agent().state.load(signal)).toEqual(changed);
  });

  test('is what both say where two write it at once, and the rest of the Lease is left alone', async () => {
    const [a, b] = [agent().state, agent().state];
    await a.update((state) => ({ ...state, assertFloor: 1 }), signal);
    await b.load(signal);
    const held = await lease();
    const labels = { owner: 'somebody' };
    await client.update(leases, {
      ...held,
      metadata: { ...held.metadata, labels },
      spec: { ...held.spec, holderIdentity: 'leader' },
    });
    await Promise.all([
      a.update((state) => ({ ...state, assertFloor: Math.max(state.assertFloor, 5) }), signal),
      b.update((state) => ({ ...state, clusterSetUID: 'set' }), signal),
    ]);
    expect(await agent().state.load(signal)).toMatchObject({ assertFloor: 5, clusterSetUID: 'set' });
    const { metadata, spec } = await lease();
    expect(metadata.labels).toEqual(labels);
    expect(spec?.holderIdentity).toBe('leader');
  });

  test('is written into a new Lease where the old one was deleted under a running agent', async () => {
    const { state } = agent();
    await state.update((known) => ({ ...known, clusterSetUID: 'set' }), signal);
    await deleteLease();
    await state.update((known) => ({ ...known, assertFloor: 3 }), signal);
    expect(await agent().state.load(signal)).toMatchObject({ clusterSetUID: 'set', assertFloor: 3 });
  });

  test('counts as never written where somebody has spoilt it', async () => {
    await agent().state.update((state) => ({ ...state, assertFloor: 3, clusterSetUID: 'set' }), signal);
    const held = await lease();
    const annotations = {
      'tombolo.dev/sequence': '-5',
      'tombolo.dev/assert-floor': '99999999999999999999',
      'tombolo.dev/hub-lease-version': 'new',
      'tombolo.dev/clusterset-uid': '',
    };
    await client.update(leases, { ...held, metadata: { ...held.metadata, annotations } });
    expect(await agent().state.load(signal)).toEqual({
      sequence: 0,
      assertFloor: 0,
      hubLeaseVersion: '',
      clusterSetUID: undefined,
    });
  });

  test('costs no write where nothing changes', async () => {
    const { state } = agent();
    await state.update((known) => ({ ...known, assertFloor: 3 }), signal);
    const { resourceVersion } = (await lease()).metadata;
    await state.update((known) => known, signal);
    expect((await lease()).metadata.resourceVersion).toBe(resourceVersion);
  });
});
