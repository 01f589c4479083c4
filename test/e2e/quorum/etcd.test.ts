import { beforeAll, describe, expect, it } from 'vitest';
import { impatientClock } from '#test/driver/impatient-clock.ts';
import { useSet } from '#test/driver/use-set.ts';
import { NS, Store } from './store.ts';

const MEMBERS = ['zzzc', 'shbt', 'bjpdc'];

/** One story: each test goes on where the one before it ended. */
describe('examples/etcd: a quorum store with one member in each data centre, found by the names of its pods', () => {
  const set = useSet({
    members: MEMBERS,
    each: { zzzc: { node: true }, shbt: { node: true }, bjpdc: { node: true } },
    namespaces: [],
    // The hub is away for a while: how long agents back off for that is no part of it.
    clock: impatientClock(),
  });
  let store: Store;
  const allReady = () => Promise.all(MEMBERS.map((id) => store.awaitReady(id)));

  beforeAll(async () => {
    store = await Store.install(set());
  });

  it('forms', async () => {
    await allReady();
    expect(await store.members('shbt')).toEqual([...MEMBERS].sort());
    await store.writes('shbt', 'written in', 'shbt');
    for (const id of MEMBERS) expect(await store.reads(id, 'written in')).toBe('shbt');
  });

  it('survives the replacement of a pod, which comes back with another address', async () => {
    const before = await store.replace('shbt');
    await store.writes('zzzc', 'while shbt is away', 'the others hold the quorum');
    expect(await store.awaitReady('shbt')).not.toBe(before);
    expect(await store.reads('shbt', 'while shbt is away')).toBe('the others hold the quorum');
    await store.writes('shbt', 'written in', 'shbt again');
    expect(await store.reads('bjpdc', 'written in')).toBe('shbt again');
  });

  it('keeps its quorum while the hub is away, whoever else is replaced', async () => {
    await set().cluster('hub').apiServer.stop();
    await store.writes('bjpdc', 'without the hub', 'written');
    const before = await store.replace('zzzc');
    await store.writes('bjpdc', 'without the hub', 'written again');
    expect(await store.awaitReady('zzzc')).not.toBe(before);
    for (const id of MEMBERS) expect(await store.reads(id, 'without the hub')).toBe('written again');
  });

  it('and with the hub again everybody is found under his new address', async () => {
    await set().cluster('hub').apiServer.start();
    const addresses = await allReady();
    for (const member of set().members) {
      for (const [index, id] of MEMBERS.entries()) {
        await member.awaitAddresses(NS, 'etcd', id, addresses.slice(index, index + 1));
      }
    }
    // With one member struck, the two others need each other: the one that has moved is among them.
    await store.replace('bjpdc');
    await store.writes('shbt', 'written in', 'two of three');
    await allReady();
    expect(await store.reads('bjpdc', 'written in')).toBe('two of three');
  });
});
