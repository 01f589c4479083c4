import { beforeAll, describe } from 'vitest';
import { olderThanAllToCome } from '#test/driver/exporting.ts';
import { useSet } from '#test/driver/use-set.ts';
import { AGREEMENT, CASES, EVERYTHING } from './cases.ts';
import { disagreement } from './disagreement.ts';
import { precedence } from './precedence.ts';
import { recovery } from './recovery.ts';
import { exports, has } from './shared.ts';

describe('where exporters of one Service disagree', () => {
  const set = useSet({ clusters: { stack: 'dual' } });
  const before = new Map<string, string[]>();

  // Everybody is younger by more than a second than those before: all tests share the two waits that this takes.
  beforeAll(async () => {
    const [zzzc, shbt, bjpdc] = [set().member('zzzc'), set().member('shbt'), set().member('bjpdc')];
    const all = [...CASES, AGREEMENT, { name: 'everything', ...EVERYTHING }];
    await Promise.all(all.map(({ name, zzzc: says }) => exports(zzzc, name, says)));
    await zzzc.exports('prod', 'late');
    for (const { name } of all) {
      const { spec } = await bjpdc.awaitImport('prod', name, (found) => {
        if (!found.spec.ips?.length) throw new Error('it has no address yet');
      });
      before.set(name, spec.ips ?? []);
      await olderThanAllToCome(zzzc, 'prod', name);
    }
    await olderThanAllToCome(zzzc, 'prod', 'late');
    await Promise.all(all.map(({ name, shbt: says }) => exports(shbt, name, says)));
    await exports(bjpdc, 'everything', EVERYTHING.bjpdc);
    await exports(shbt, 'late', { spec: { internalTrafficPolicy: 'Local' } });
    await shbt.awaitCondition('prod', 'late', 'Ready', 'True');
    await olderThanAllToCome(shbt, 'prod', 'late');
    await has(zzzc, 'late', {});
  });

  describe('both say so', () => disagreement(set, before));
  describe('the oldest decides', () => precedence(set));
  describe('until they agree', () => recovery(set));
});
