import { expect } from 'vitest';
import { Herd, WATCHED_KINDS } from '#test/bench/herd/rig.ts';
import { lose } from '#test/bench/herd/run.ts';
import { agentUserOnHub } from '#test/driver/requests.ts';
import { fault } from '../frame/fault.ts';

const AGENTS = 250;
const DELETES = ['delete', 'deletecollection'];

/** 250 whole agents, each with credentials and connections of its own; the rig is the one of the benchmark. */
fault(
  'F40',
  '250 agents lose the hub at once, by its connections and by its restart: nobody lists what it need not, and nobody deletes',
  async (finding) => {
    await using stack = new AsyncDisposableStack();
    const herd = await Herd.open(1, stack);
    await herd.grow(AGENTS);
    const { audit } = herd.set.hub;
    const since = await audit.mark();

    const cut = await herd.alive(lose(herd, 'cut'));
    expect(cut.lists).toBe(0);
    const restarted = await herd.alive(lose(herd, 'restart'));
    // Its cache is empty, so that it may answer that a version is too old; once for each kind and agent.
    expect(restarted.lists).toBeLessThanOrEqual(AGENTS * WATCHED_KINDS);
    for (const { openWatches } of [cut, restarted]) expect(openWatches).toBe(AGENTS * WATCHED_KINDS);

    const users = new Set(herd.ids.map(agentUserOnHub));
    const deleted = (await audit.entries({ since })).filter(
      ({ user, verb, code }) => users.has(user) && DELETES.includes(verb) && code < 300,
    );
    finding.deleted(deleted.map(({ resource, namespace, name }) => `hub: ${resource} ${namespace}/${name}`));
    finding.records({
      agents: AGENTS,
      'lists after a cut': cut.lists,
      'lists after a restart': restarted.lists,
      'most lists at one time': restarted.mostListsAtOnce,
      'all watch again after a cut, ms': cut.resumedMs,
      'all watch again after a restart, ms': restarted.resumedMs,
    });
  },
  { timeout: 900_000 },
);
