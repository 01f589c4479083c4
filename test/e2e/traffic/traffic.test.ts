import { setTimeout as pause } from 'node:timers/promises';
import { beforeAll, describe, expect, it } from 'vitest';
import { useSet } from '#test/driver/use-set.ts';
import { Agents } from './agents.ts';
import { ASKED, awaitKnown, createServers, DB, replace, rollOut, UNASKED, WEB } from './servers.ts';
import { during } from './traffic.ts';
import { beyondLocal, expectAsked, expectNoWorse, told } from './verdict.ts';

const A_MINUTE_MS = 60_000;

/** One story: each test goes on where the one before it ended. */
describe('clients that ask all the time across the set see no more than those of a Service of one cluster', () => {
  const set = useSet({
    members: ['zzzc', 'shbt'],
    each: { zzzc: { node: true }, shbt: { node: true } },
    agents: false,
  });
  let agents: Agents;

  const allKnow = (app: string) => awaitKnown(set().members, app);

  beforeAll(async () => {
    set().startHub();
    agents = await Agents.start(set());
    await Promise.all(
      set().members.map(async (member) => {
        await set().cluster(member.id).node.loadToolbox([]);
        await createServers(member);
      }),
    );
    await allKnow(WEB);
    await allKnow(DB);
  });

  it('while nothing happens', async ({ annotate }) => {
    const witnessed = await during(set().clusters, () => pause(3_000));
    await annotate(told(witnessed.seen));
    expectNoWorse(witnessed);
  });

  it.for(['SIGTERM', 'SIGKILL'] as const)(
    'while every agent ends with %s and starts again',
    async (ending, { annotate }) => {
      const witnessed = await during(set().clusters, () => agents.restart(ending));
      await annotate(told(witnessed.seen));
      expectNoWorse(witnessed);
    },
  );

  it('while the hub is away for a minute', async ({ annotate }) => {
    const { apiServer } = set().cluster('hub');
    const witnessed = await during(set().clusters, async () => {
      await apiServer.stop();
      await pause(A_MINUTE_MS);
      await apiServer.start();
    });
    await annotate(told(witnessed.seen));
    expectNoWorse(witnessed);
  });

  it('while agents die and start again without a hub', async ({ annotate }) => {
    const { apiServer } = set().cluster('hub');
    const witnessed = await during(set().clusters, async () => {
      await apiServer.stop();
      await agents.restart('SIGKILL');
      await apiServer.start();
    });
    await annotate(told(witnessed.seen));
    expectNoWorse(witnessed);
  });

  it('while a rolling update replaces all pods behind the Service in one cluster', async ({ annotate }) => {
    const witnessed = await during(set().clusters, async () => {
      await rollOut(set().member('zzzc'));
      await allKnow(WEB);
    });
    await annotate(told(witnessed.seen));
    expectNoWorse(witnessed);
  });

  it('while pods of the StatefulSet that nobody asks are replaced', async ({ annotate }) => {
    const witnessed = await during(set().clusters, async () => {
      for (const member of set().members) await replace(member, UNASKED);
      await allKnow(DB);
    });
    await annotate(told(witnessed.seen));
    expectNoWorse(witnessed);
  });

  it('and it shows that they look: the pod that one of them asks cannot be replaced unseen', async ({
    annotate,
  }) => {
    const witnessed = await during(set().clusters, async () => {
      await replace(set().member('shbt'), ASKED);
      await allKnow(DB);
    });
    const { seen } = witnessed;
    await annotate(told(seen));
    expectAsked(witnessed);
    const missed = seen.filter((one) => beyondLocal(one, seen).length > 0);
    expect(
      missed.map(({ from, lane }) => `${lane} from ${from}`),
      told(seen),
    ).toEqual(['pod from zzzc']);
    // And it is found again, under its new address.
    expectNoWorse(await during(set().clusters, () => pause(1_000)));
  });
});
