import fc from 'fast-check';
import { expect, test } from 'vitest';
import { CLUSTER_SET_NAME, clusterSets } from '#apis/hub/cluster-set.ts';
import { members } from '#apis/hub/member.ts';
import { AgentLoops } from './agent.ts';
import { watchEvents } from './events.ts';
import { SELF, SET_UID, uidOf } from './names.ts';
import { publishes } from './published.ts';
import { history, told } from './told.ts';

const SET = { metadata: { name: CLUSTER_SET_NAME, uid: SET_UID, resourceVersion: '1' }, spec: {} };
const MEMBERS = [SELF, 'shbt', 'bjpdc'].map((name) => ({
  metadata: { name, uid: `member-${name}`, resourceVersion: '1' },
  spec: {},
  status: { claimedUID: uidOf(name) },
}));
const HUB = {
  objects: new Map([
    [clusterSets.plural, [JSON.stringify(SET)]],
    [members.plural, MEMBERS.map((member) => JSON.stringify(member))],
  ]),
};

/** What comes in one go, before the loops have had a look. */
const burst = fc.array(watchEvents, { minLength: 1, maxLength: 3 });

test('whatever the watches bring, every key that it bears on is named: to look at all others changes nothing', async () => {
  const property = fc.asyncProperty(fc.array(burst, { minLength: 1, maxLength: 12 }), async (bursts) => {
    const agent = await AgentLoops.start();
    await agent.reads(HUB);
    publishes(agent, 'shbt');
    await agent.settles();
    for (const [at, events] of bursts.entries()) {
      for (const event of events) event.happens(agent);
      await agent.settles();
      await agent.waits();
      const before = agent.writes.length;
      await agent.turns();
      expect(agent.writes.slice(before).map(told), history(bursts.slice(0, at + 1))).toEqual([]);
    }
  });
  await fc.assert(property, { numRuns: 500 });
});
