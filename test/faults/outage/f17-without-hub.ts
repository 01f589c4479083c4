import { afterAll, expect } from 'vitest';
import type { JumpingClock } from '#test/clock/jumping-clock.ts';
import { headless, pod, port, service, slice } from '#test/driver/builders.ts';
import { completePictures } from '#test/driver/of-all.ts';
import { pictureOf } from '#test/driver/picture.ts';
import type { OpenedSet } from '#test/driver/use-set.ts';
import { says } from '#test/driver/witness.ts';
import { faultKeepingAll } from '../frame/keeping.ts';
import { NameClient } from './name-client.ts';

const NS = 'silent';
/** Imported nowhere while the hub is there: only shbt has the namespace. */
const LATER = 'silent-later';
const A_MONTH_MS = 30 * 24 * 3600 * 1000;

/**
 * The hub's API server is stopped for a month. It passes on the agents' `clock`: nobody but their own timers could do
 * anything by then. Clients of shbt's DNS ask all the while.
 */
export function withoutHub(set: OpenedSet, clock: JumpingClock): void {
  const zzzc = () => set().member('zzzc');
  const shbt = () => set().member('shbt');
  const clients: NameClient[] = [];
  afterAll(() => Promise.all(clients.map((client) => client.stop())));

  faultKeepingAll(
    set,
    'F17',
    'a month of silence ages nothing, agents start without it, and no client of an import notices (guards against https://github.com/antrea-io/antrea/blob/main/docs/multicluster/upgrade.md and https://github.com/submariner-io/submariner/issues/789)',
    async (finding) => {
      await publish();
      await silence();
      await coldStart();
      await ownAlone();
      await comeBack();
      const asked = await Promise.all(clients.map((client) => client.stop()));
      expect(asked.flatMap(({ unanswered }) => unanswered)).toEqual([]);
      finding.records({
        'outage seen by clients': 0,
        'questions asked': asked.reduce((sum, { questions }) => sum + questions, 0),
      });
    },
  );

  async function publish(): Promise<void> {
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
    for (const name of ['db-0.zzzc.db', 'db', 'web']) {
      clients.push(await NameClient.start(set().cluster('shbt'), `${name}.${NS}.svc.clusterset.local`));
    }
  }

  async function silence(): Promise<void> {
    const before = await completePictures(set(), NS);
    const from = set().members.map(({ id }) => set().agent(id).log.length);

    await set().cluster('hub').apiServer.stop();
    for (const [index, { id }] of set().members.entries()) {
      await says(set().agent(id), 'watch failed', from[index]);
    }
    clock.jump(A_MONTH_MS);
    await zzzc().slice(slice(NS, 'db', 'a', [pod('db-0', '198.18.1.17')]));
    await zzzc().awaitAddresses(NS, 'db', 'zzzc', ['198.18.1.17']);
    expect(await pictureOf(shbt(), NS)).toEqual(before['shbt']);
  }

  /** Every agent is restarted; own endpoints stay current. */
  async function coldStart(): Promise<void> {
    const before = await completePictures(set(), NS);
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
  }

  /** Where there is no import yet, and nobody to ask who else exports it. */
  async function ownAlone(): Promise<void> {
    await zzzc().namespace(LATER);
    await zzzc().service(service(LATER, 'web', { ports: [port('own', 81)] }));
    await zzzc().slice(slice(LATER, 'web', 'a', [pod('web-0', '198.18.1.9')], [{ name: 'own', port: 81 }]));
    await zzzc().exports(LATER, 'web');
    await zzzc().awaitImport(LATER, 'web', ({ spec }) =>
      expect(spec.ports.map(({ port }) => port)).toEqual([81]),
    );
    await zzzc().awaitAddresses(LATER, 'web', 'zzzc', ['198.18.1.9']);
  }

  async function comeBack(): Promise<void> {
    await set().cluster('hub').apiServer.start();
    for (const member of set().members) {
      await member.awaitImport(LATER, 'web', ({ spec, status }) => {
        expect(spec.ports.map(({ port }) => port)).toEqual([80, 81]);
        expect(status?.clusters).toEqual([{ cluster: 'shbt' }, { cluster: 'zzzc' }]);
      });
      await member.awaitAddresses(NS, 'db', 'zzzc', ['198.18.1.27', '198.18.1.28']);
      await member.awaitAddresses(LATER, 'web', 'zzzc', ['198.18.1.9']);
    }
  }
}
