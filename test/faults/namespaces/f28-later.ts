import { expect } from 'vitest';
import type { JumpingClock } from '#test/clock/jumping-clock.ts';
import { exportsPlain } from '#test/driver/exporting.ts';
import type { OpenedSet } from '#test/driver/use-set.ts';
import { faultKeepingAll } from '../frame/keeping.ts';
import { requestsIn } from './requests-in.ts';

/** Every timer of the agent's that runs within five minutes is due in one of these steps. */
const STEP_MS = 30_000;
const STEPS = 10;

/** zzzc's agent goes by `clock`: what it might do of its own accord within five minutes, it does at once. */
export function later(set: OpenedSet, clock: JumpingClock): void {
  faultKeepingAll(
    set,
    'F28',
    'five minutes without it cost no request; once it is there, so is the import (lighthouse#1625)',
    async (finding) => {
      // https://github.com/submariner-io/lighthouse/pull/1625: retries with a growing back-off, minutes after the fact.
      const [zzzc, shbt] = [set().member('zzzc'), set().member('shbt')];
      await shbt.namespace('late');
      await exportsPlain(shbt, 'late', 'db', '198.18.36.1');
      await shbt.awaitAddresses('late', 'db', 'shbt', ['198.18.36.1']);
      await set().settle('prod');
      for (let step = 0; step < STEPS; step++) {
        clock.jump(STEP_MS);
        await new Promise((resolve) => setImmediate(resolve));
      }
      await set().settle('prod');
      const absent = await requestsIn(set().cluster('zzzc'), 'late');
      expect(absent).toEqual([]);

      await zzzc.namespace('late');
      await zzzc.awaitAddresses('late', 'db', 'shbt', ['198.18.36.1']);
      await zzzc.awaitImport('late', 'db', ({ spec }) => expect(spec.ips).toHaveLength(1));
      await set().settle('prod');
      // Nothing was tried in vain, and nothing twice.
      const requests = (await requestsIn(set().cluster('zzzc'), 'late')).map(({ what }) => what);
      expect(requests.filter((request) => !/ 20[01]$/.test(request))).toEqual([]);
      expect(requests.filter((request) => request.startsWith('create ')).sort()).toEqual([
        'create endpointslices 201',
        'create serviceimports 201',
        'create services 201',
      ]);
      finding.records({ 'requests while absent': absent.length });
    },
  );
}
