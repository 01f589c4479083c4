import { beforeAll, expect } from 'vitest';
import { endpointSlices } from '#apis/kubernetes/endpoint-slice.ts';
import { endpoint, slice } from '#test/driver/builders.ts';
import { eventually } from '#test/driver/eventually.ts';
import { exportsPlain } from '#test/driver/exporting.ts';
import { awaitTrouble } from '#test/driver/log.ts';
import { refuse } from '#test/driver/refuse.ts';
import { AGENT_USER } from '#test/driver/requests.ts';
import type { OpenedSet } from '#test/driver/use-set.ts';
import type { BadObject } from './bad-object.ts';

/** A namespace in which zzzc's admin lets nobody write EndpointSlices. */
export const DENIED = 'walled';
const NO = 'no slices of others in here';
/** The back-off's first delay; each failure of a key at least doubles it, chance left out. */
const FIRST_MS = 50;

export function denied(set: OpenedSet, badObject: BadObject): void {
  const zzzc = () => set().member('zzzc');
  const shbt = () => set().member('shbt');
  let allow: () => Promise<void>;
  let since = 0;

  beforeAll(async () => {
    const such = slice(DENIED, 'probe', 'a', []);
    allow = await refuse(set().cluster('zzzc'), { kind: endpointSlices, such, words: NO, namespace: DENIED });
    since = await set().cluster('zzzc').audit.mark();
  });

  badObject(
    'one that a policy denies is tried again ever more rarely, and the log says who refused it',
    async () => {
      await exportsPlain(shbt(), DENIED, 'db', '198.18.73.1');
      await awaitTrouble(set().agent('zzzc'), new RegExp(NO));
      // Only that key: the import itself is there, with an address.
      await zzzc().awaitImport(DENIED, 'db', ({ spec }) => expect(spec.ips).toHaveLength(1));
      expect(await zzzc().importedSlices(DENIED, 'db')).toEqual([]);
      // From here on nothing happens to it any more: an event would be a reason to try at once.
      await set().settle('prod');
      const before = (await refused()).length;
      const times = await eventually('eight attempts, two of them undisturbed', async () => {
        const attempts = await refused();
        expect(attempts.length).toBeGreaterThanOrEqual(Math.max(before + 2, 8));
        return attempts;
      });
      for (let n = before + 1; n < times.length; n++) {
        // Of the API server, in whole milliseconds.
        const delay = (times[n] ?? 0) - (times[n - 1] ?? 0) + 1;
        expect(delay).toBeGreaterThanOrEqual(FIRST_MS * 2 ** (n - 1));
      }
    },
  );

  badObject('and is there as soon as it is let in and something changes', async () => {
    await allow();
    await shbt().slice(slice(DENIED, 'db', 'a', [endpoint('198.18.73.2')]));
    await zzzc().awaitAddresses(DENIED, 'db', 'shbt', ['198.18.73.2']);
  });

  /** When each attempt of zzzc's agent arrived that the policy refused. */
  async function refused(): Promise<number[]> {
    const entries = await set().cluster('zzzc').audit.entries({ user: AGENT_USER, since });
    return entries
      .filter(
        ({ resource, namespace, code }) =>
          resource === 'endpointslices' && namespace === DENIED && code >= 400,
      )
      .map(({ at }) => at);
  }
}
