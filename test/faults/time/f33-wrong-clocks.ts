import { expect } from 'vitest';
import { findCondition } from '#apis/conditions.ts';
import { MemberCondition } from '#apis/hub/conditions.ts';
import { memberNamespace, members } from '#apis/hub/member.ts';
import { leases } from '#apis/kubernetes/lease.ts';
import { type IServiceImport, serviceImports } from '#apis/multicluster/service-import.ts';
import { HUB_LEASE_NAME } from '#controllers/membership/lease-controller.ts';
import { systemClock } from '#src/runtime/system-clock.ts';
import { WrongClock } from '#test/clock/wrong-clock.ts';
import { endpoint, port, slice } from '#test/driver/builders.ts';
import { eventually } from '#test/driver/eventually.ts';
import { awaitConditions } from '#test/driver/exported.ts';
import { exportsPlain, olderThanAllToCome } from '#test/driver/exporting.ts';
import { History } from '#test/driver/history.ts';
import { awaitNothingOf } from '#test/driver/imported.ts';
import type { OpenedSet } from '#test/driver/use-set.ts';
import { Deletions } from '../frame/deletions.ts';
import { fault } from '../frame/fault.ts';
import { deletesOfWithdrawal } from '../frame/withdrawal.ts';

const HOUR = 3_600_000;
const NS = 'dated';
const GRACE_S = 30;
/** At 1 s of a clock that runs at half speed: longer than the grace time by the clock of the hub, which runs at double. */
const RENEWALS = 12;

/** Three programs, three dates, three speeds: the hub judges with the fast one, a member renews by the slow one. */
export function wrongClocks(set: OpenedSet): void {
  fault(
    'F33',
    'wrong by hours, twice as fast and half as fast, and set back in the middle: nobody is withdrawn, nobody’s precedence changes',
    async (finding) => {
      const [zzzc, shbt] = [set().member('zzzc'), set().member('shbt')];
      const clocks = {
        hub: new WrongClock(systemClock(), { by: HOUR, times: 2 }),
        zzzc: new WrongClock(systemClock(), { by: -HOUR, times: 0.5 }),
        shbt: new WrongClock(systemClock(), { by: HOUR }),
      };
      set().startHub({}, clocks.hub);
      const leader = set().startAgent('zzzc', { leaseInterval: 1_000, leaderElect: true }, clocks.zzzc);
      set().startAgent('shbt', { leaseInterval: 1_000 }, clocks.shbt);
      const leads = async () => expect(leader.lines('leading')).toHaveLength(1);
      // By its own clock a former leader's Lease lasts twice as long.
      await eventually('zzzc leads', leads, 120_000);
      for (const member of [zzzc, shbt]) await member.namespace(NS);
      await set().hubAdmin.staleness({ graceSeconds: GRACE_S });
      await exportsPlain(zzzc, NS, 'web', '198.18.45.1', { ports: portsWith(8001) });
      await olderThanAllToCome(zzzc, NS, 'web');
      await exportsPlain(shbt, NS, 'web', '198.18.45.2', { ports: portsWith(8002) });
      await exportsPlain(zzzc, NS, 'old', '198.18.45.3');
      for (const { id } of set().members) await set().hubAdmin.awaitReachable(id, 'True LeaseRenewed');
      for (const member of set().members) {
        await member.awaitAddresses(NS, 'web', 'shbt', ['198.18.45.2']);
        await member.awaitAddresses(NS, 'old', 'zzzc', ['198.18.45.3']);
        await awaitConditions(member, NS, 'web', ({ Conflict }) => expect(Conflict?.status).toBe('True'));
      }
      await set().settle(NS);
      const before = await Promise.all(set().members.map((member) => member.awaitImport(NS, 'web')));
      expect(before.map(adminPort)).toEqual([8001, 8001]);
      const deletions = await Deletions.since(set());
      const judged = await History.open(set().hub, members);
      const shown = await Promise.all(
        set().members.map(({ client }) => History.open(client, serviceImports, NS)),
      );

      await renewed(RENEWALS);
      clocks.hub.step(-2 * HOUR);
      clocks.zzzc.step(2 * HOUR);
      clocks.shbt.step(-2 * HOUR);
      await renewed(RENEWALS);
      clocks.zzzc.step(-3 * HOUR);

      // What is dated before all that came before it is news all the same, and so is its absence.
      await zzzc.unexports(NS, 'old');
      for (const member of set().members) await awaitNothingOf(member, NS, 'old');
      await exportsPlain(zzzc, NS, 'new', '198.18.45.4');
      await shbt.slice(slice(NS, 'web', 'a', [endpoint('198.18.45.12')]));
      for (const member of set().members) {
        await member.awaitAddresses(NS, 'new', 'zzzc', ['198.18.45.4']);
        await member.awaitAddresses(NS, 'web', 'shbt', ['198.18.45.12']);
      }
      await set().settle(NS);

      await Promise.all([judged, ...shown].map((history) => history.caughtUp()));
      await Promise.all([judged, ...shown].map((history) => history.close()));
      const evictions = judged.states.filter(
        ({ status }) => findCondition(status?.conditions, MemberCondition.Reachable)?.status !== 'True',
      );
      expect(evictions).toEqual([]);
      const winners = shown
        .flatMap(({ states }) => states.filter(({ metadata }) => metadata.name === 'web'))
        .map(adminPort);
      expect(new Set(winners)).toEqual(new Set([8001]));
      expect(leader.lines('no longer leading')).toEqual([]);
      finding.records({
        evictions: evictions.length,
        'renewals of each member': 2 * RENEWALS,
        'times that precedence changed': new Set(winners).size - 1,
      });
      const withdrawn = { of: 'zzzc', namespace: NS, name: 'old', slices: ['a'] };
      finding.deleted(await deletions.all(), deletesOfWithdrawal(set(), withdrawn));
    },
    { timeout: 300_000 },
  );

  /** Resolves when each member has renewed its Lease on the hub so many times more. */
  async function renewed(times: number): Promise<void> {
    await Promise.all(
      set().members.map(async ({ id }) => {
        const history = await History.open(set().hub, leases, memberNamespace(id));
        await eventually(
          `${times} renewals by ${id}`,
          async () => {
            const own = history.states.filter(({ metadata }) => metadata.name === HUB_LEASE_NAME);
            // The first one is how it was.
            if (own.length <= times) throw new Error(`${own.length - 1} so far`);
          },
          120_000,
        );
        await history.close();
      }),
    );
  }
}

/** The port that both serve, and one of which each has another number: nobody's endpoints are cut by that conflict. */
function portsWith(admin: number) {
  return [port('tcp', 5432), port('admin', admin)];
}

function adminPort({ spec }: IServiceImport): number | undefined {
  return spec.ports.find(({ name }) => name === 'admin')?.port;
}
