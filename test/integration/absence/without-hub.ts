import { expect, it } from 'vitest';
import type { JumpingClock } from '#test/clock/jumping-clock.ts';
import { deletedByAgent } from '#test/driver/audit.ts';
import { headless, pod, port, service, slice } from '#test/driver/builders.ts';
import { pictureOf } from '#test/driver/picture.ts';
import { completePictures, marksOfAll, type Opened } from './shared.ts';
import { says } from './witness.ts';

const NS = 'silent';
/** Imported nowhere while the hub is there: only shbt has the namespace. */
const LATER = 'silent-later';
const A_MONTH_MS = 30 * 24 * 3600 * 1000;

/** One story: the hub's API server is stopped in the first test, and started in the last. */
export function withoutHub(set: Opened, clock: JumpingClock): void {
  const zzzc = () => set().member('zzzc');
  const shbt = () => set().member('shbt');

  it('hub silence ages nothing: after a month of it everything is there (guards against https://github.com/antrea-io/antrea/blob/main/docs/multicluster/upgrade.md)', async () => {
    await zzzc().service(headless(NS, 'db'));
    await zzzc().slice(slice(NS, 'db', 'a', [pod('db-0', '198.18.1.7')]));
    await zzzc().exports(NS, 'db');
    await shbt().service(service(NS, 'web'));
    await shbt().slice(slice(NS, 'web', 'a', [pod('web-0', '198.18.2.9')]));
    await shbt().exports(NS, 'web');
    await shbt().namespace(LATER);
    await shbt().service(service(LATER, 'web', { ports: [port('tcp', 80)] }));
    await shbt().exports(LATER, 'web');
    await shbt().awaitImport(LATER, 'web', ({ spec }) => expect(spec.ports).toHaveLength(1));
    for (const member of set().members) {
      await member.awaitAddresses(NS, 'db', 'zzzc', ['198.18.1.7']);
      await member.awaitAddresses(NS, 'web', 'shbt', ['198.18.2.9']);
    }
    const before = await completePictures(set(), NS);
    const marks = await marksOfAll(set());
    const from = set().members.map(({ id }) => set().agent(id).log.length);

    await set().cluster('hub').apiServer.stop();
    for (const [index, { id }] of set().members.entries()) {
      await says(set().agent(id), 'watch failed', from[index]);
    }
    clock.jump(A_MONTH_MS);
    await zzzc().slice(slice(NS, 'db', 'a', [pod('db-0', '198.18.1.17')]));
    await zzzc().awaitAddresses(NS, 'db', 'zzzc', ['198.18.1.17']);
    expect(await pictureOf(shbt(), NS)).toEqual(before['shbt']);
    for (const { id } of set().members) {
      expect(await deletedByAgent(set().cluster(id), marks[id])).toEqual([]);
    }
  });

  it('an agent starts without the hub, keeps what is imported, and its own endpoints current (guards against https://github.com/submariner-io/submariner/issues/789)', async () => {
    const before = await completePictures(set(), NS);
    const marks = await marksOfAll(set());
    for (const { id } of set().members) {
      const agent = await set().restartAgent(id);
      await says(agent, 'required caches are complete, starting controllers');
      await says(agent, 'list failed');
    }
    await zzzc().slice(slice(NS, 'db', 'a', [pod('db-0', '198.18.1.27')]));
    await zzzc().slice(slice(NS, 'db', 'b', [pod('db-1', '198.18.1.28')]));
    await zzzc().awaitAddresses(NS, 'db', 'zzzc', ['198.18.1.27', '198.18.1.28']);
    expect(await pictureOf(shbt(), NS)).toEqual(before['shbt']);
    const { spec } = await zzzc().awaitImport(NS, 'web');
    expect(spec).toEqual(before['zzzc']?.['ServiceImport web']?.['spec']);
    for (const { id } of set().members) {
      expect(await deletedByAgent(set().cluster(id), marks[id])).toEqual([]);
    }
  });

  it('where no import exists and the hub cannot be reached, the own record alone makes one', async () => {
    await zzzc().namespace(LATER);
    await zzzc().service(service(LATER, 'web', { ports: [port('own', 81)] }));
    await zzzc().slice(slice(LATER, 'web', 'a', [pod('web-0', '198.18.1.9')], [{ name: 'own', port: 81 }]));
    await zzzc().exports(LATER, 'web');
    await zzzc().awaitImport(LATER, 'web', ({ spec }) =>
      expect(spec.ports.map(({ port }) => port)).toEqual([81]),
    );
    await zzzc().awaitAddresses(LATER, 'web', 'zzzc', ['198.18.1.9']);
  });

  it('and with the hub every member shows the same again', async () => {
    const marks = await marksOfAll(set());
    await set().cluster('hub').apiServer.start();
    for (const member of set().members) {
      await member.awaitImport(LATER, 'web', ({ spec, status }) => {
        expect(spec.ports.map(({ port }) => port)).toEqual([80, 81]);
        expect(status?.clusters).toEqual([{ cluster: 'shbt' }, { cluster: 'zzzc' }]);
      });
      await member.awaitAddresses(NS, 'db', 'zzzc', ['198.18.1.27', '198.18.1.28']);
      await member.awaitAddresses(LATER, 'web', 'zzzc', ['198.18.1.9']);
    }
    for (const { id } of set().members) {
      expect(await deletedByAgent(set().cluster(id), marks[id])).toEqual([]);
    }
  });
}
