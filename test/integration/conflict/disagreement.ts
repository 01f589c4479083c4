import { describe, expect, it } from 'vitest';
import { CONFLICT_REASONS } from '#apis/multicluster/conditions.ts';
import { serviceExports } from '#apis/multicluster/service-export.ts';
import { awaitTold } from '#test/driver/events.ts';
import { awaitConditions, exportOf } from '#test/driver/exported.ts';
import type { OpenedSet } from '#test/driver/use-set.ts';
import { AGREEMENT, CASES, type Case } from './cases.ts';
import { addressIn, merged } from './shared.ts';

export function disagreement(set: OpenedSet, before: ReadonlyMap<string, string[]>): void {
  describe.each(CASES)('about $name', (one: Case) => {
    const { name, reason, message, shown } = one;

    it(`${reason}, on every exporter, with clusters and values (Lighthouse and Cilium told the loser alone)`, async () => {
      const { metadata } = await exportOf(set().member('zzzc'), 'prod', name);
      const expected = message.replace('<since>', metadata.creationTimestamp ?? '');
      for (const id of ['zzzc', 'shbt']) {
        const found = await awaitConditions(set().member(id), 'prod', name, ({ Conflict }) =>
          expect(Conflict).toMatchObject({ status: 'True', reason, message: expected }),
        );
        expect(found).toMatchObject({ Valid: { status: 'True' }, Ready: { status: 'True' } });
        await awaitTold(
          set().member(id),
          serviceExports,
          'prod',
          name,
          `Warning ExportConflict: ${expected}`,
        );
      }
    });

    it('every cluster shows one import, the oldest export’s, at the address that it had', async () => {
      const specs = [];
      for (const member of set().members) {
        const found = await member.awaitImport('prod', name, (held) => {
          expect(held).toMatchObject(shown);
          expect(held.status?.clusters).toEqual([{ cluster: 'shbt' }, { cluster: 'zzzc' }]);
        });
        specs.push(merged(found));
      }
      expect(specs).toEqual([specs[0], specs[0], specs[0]]);
      const { spec } = await set().member('bjpdc').awaitImport('prod', name);
      expect(spec.ips).toEqual(before.get(name));
    });

    it('and no traffic is cut that the import can take (Fleet withdrew all of the loser’s)', async () => {
      const { served = ['zzzc', 'shbt'] } = one;
      for (const member of set().members) {
        for (const id of ['zzzc', 'shbt']) {
          await member.awaitAddresses('prod', name, id, served.includes(id) ? [addressIn(id)] : []);
        }
      }
    });
  });

  it('all nine at once: one condition, the reasons in their order and a sentence for each', async () => {
    const all: string[] = [];
    for (const member of set().members) {
      const { Conflict } = await awaitConditions(member, 'prod', 'everything', (found) =>
        expect(found['Conflict']?.reason).toBe(CONFLICT_REASONS.join(',')),
      );
      all.push(Conflict?.message ?? '');
    }
    expect(new Set(all).size).toBe(1);
    const sentences = all[0]?.split(/(?<=\.) (?=[a-z])/) ?? [];
    expect(sentences.map((sentence) => sentence.split(' ')[0])).toEqual([
      'ports',
      'ipFamilies',
      'type',
      'sessionAffinity',
      'sessionAffinityConfig',
      'exportedAnnotations',
      'exportedLabels',
      'internalTrafficPolicy',
      'trafficDistribution',
    ]);
    expect(sentences[4]).toMatch(
      /: timeoutSeconds 60 of zzzc is used \(.*\); timeoutSeconds 120 in bjpdc\.$/,
    );
  });

  it('order of ports, defaults left out, an older spelling and labels that do not travel are no disagreement (lighthouse#1439)', async () => {
    const { name } = AGREEMENT;
    for (const member of set().members) {
      await member.awaitImport('prod', name, ({ status }) => expect(status?.clusters).toHaveLength(2));
    }
    await set().settle('prod');
    for (const id of ['zzzc', 'shbt']) {
      await set().member(id).awaitCondition('prod', name, 'Conflict', 'False', 'NoConflicts');
    }
  });
}
