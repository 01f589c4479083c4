import { setTimeout as pause } from 'node:timers/promises';
import { expect, onTestFinished } from 'vitest';
import { writtenOnHub } from '#test/driver/audit.ts';
import { endpoint, slice } from '#test/driver/builders.ts';
import { exportsPlain } from '#test/driver/exporting.ts';
import type { OpenedSet } from '#test/driver/use-set.ts';
import { faultKeepingAll } from '../frame/keeping.ts';

const STALLS = 6;
const STALL_MS = 5_000;
const CHANGES_OF_A_STALL = 10;

/** The hub's database does not answer for five seconds of real time, again and again: API servers then wait, too. */
export function slowDisk(set: OpenedSet): void {
  faultKeepingAll(
    set,
    'F39',
    `a disk that stalls ${STALLS} times for 5 s: reads keep, writes wait and drain`,
    async (finding) => {
      const [zzzc, shbt] = [set().member('zzzc'), set().member('shbt')];
      const { audit, etcd } = set().cluster('hub');
      await exportsPlain(zzzc, 'prod', 'slow', '198.18.39.0');
      await shbt.awaitAddresses('prod', 'slow', 'zzzc', ['198.18.39.0']);
      await set().settle('prod');
      const since = await audit.mark();
      onTestFinished(() => etcd.resume());
      let last = 0;
      for (let stall = 0; stall < STALLS; stall++) {
        await etcd.pause();
        for (let change = 0; change < CHANGES_OF_A_STALL; change++) {
          await zzzc.slice(slice('prod', 'slow', 'a', [endpoint(`198.18.39.${++last}`)]));
          await pause(STALL_MS / CHANGES_OF_A_STALL);
        }
        await zzzc.awaitAddresses('prod', 'slow', 'zzzc', [`198.18.39.${last}`]);
        await etcd.resume();
        await shbt.awaitAddresses('prod', 'slow', 'zzzc', [`198.18.39.${last}`]);
      }
      const written = await writtenOnHub(set().cluster('hub'), 'zzzc', since);
      const writes = written.filter((write) => write.includes('exportedendpointslices')).length;
      // What changes while a write waits is one write more, however often it changes.
      expect(writes).toBeLessThan(STALLS * CHANGES_OF_A_STALL);
      finding.records({ 'writes for 60 changes to a disk that stalls': writes });
    },
  );
}
