import { expect, onTestFinished } from 'vitest';
import { exportedEndpointSlices } from '#apis/hub/exported-endpoint-slice.ts';
import { endpoint, slice } from '#test/driver/builders.ts';
import { eventually } from '#test/driver/eventually.ts';
import { exportsPlain } from '#test/driver/exporting.ts';
import { agentUserOnHub } from '#test/driver/requests.ts';
import type { OpenedSet } from '#test/driver/use-set.ts';
import { faultKeepingAll } from '../frame/keeping.ts';

/** The first wait of a key that failed, before chance makes it longer; each further one is twice as long. */
const FIRST_WAIT_MS = 50;
const ATTEMPTS = 6;

/** The hub's database has reached its quota: reads work, and no write does before its admin has made room. */
export function fullDatabase(set: OpenedSet): void {
  faultKeepingAll(
    set,
    'F39',
    'a database that is full: reads go on, writes wait longer each time, and drain later',
    async (finding) => {
      const [zzzc, shbt] = [set().member('zzzc'), set().member('shbt')];
      const { audit, etcd } = set().cluster('hub');
      await exportsPlain(zzzc, 'prod', 'full', '198.18.39.1');
      await shbt.awaitAddresses('prod', 'full', 'zzzc', ['198.18.39.1']);
      await set().settle('prod');
      const since = await audit.mark();
      await etcd.isFull(true);
      onTestFinished(() => etcd.isFull(false));
      await zzzc.slice(slice('prod', 'full', 'a', [endpoint('198.18.39.2')]));
      const refused = await eventually(`${ATTEMPTS} writes are refused`, async () => {
        const entries = await audit.entries({ user: agentUserOnHub('zzzc'), since });
        const found = entries.filter(
          ({ verb, resource, code }) =>
            verb === 'update' && resource === exportedEndpointSlices.plural && code >= 500,
        );
        expect(found.length).toBeGreaterThanOrEqual(ATTEMPTS);
        return found;
      });
      const waits = refused.slice(1).map(({ at }, n) => at - (refused[n]?.at ?? 0));
      for (const [n, wait] of waits.entries()) {
        expect(wait, `wait ${n + 1} of ${waits}`).toBeGreaterThan(FIRST_WAIT_MS * 2 ** n - 1);
      }
      // One that starts meanwhile reads the hub, and keeps what it shows.
      await set().restartAgent('shbt');
      await shbt.awaitAddresses('prod', 'full', 'zzzc', ['198.18.39.1']);
      await zzzc.awaitAddresses('prod', 'full', 'zzzc', ['198.18.39.2']);
      await etcd.isFull(false);
      await shbt.awaitAddresses('prod', 'full', 'zzzc', ['198.18.39.2']);
      finding.records({ 'writes attempted while full': refused.length });
    },
  );
}
