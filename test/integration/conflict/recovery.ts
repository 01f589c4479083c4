import { expect, it } from 'vitest';
import { serviceExports } from '#apis/multicluster/service-export.ts';
import { awaitTold } from '#test/driver/events.ts';
import { awaitConditions } from '#test/driver/exported.ts';
import type { OpenedSet } from '#test/driver/use-set.ts';
import { CASES } from './cases.ts';
import { addressIn, exports, merged } from './shared.ts';

export function recovery(set: OpenedSet): void {
  it('the younger one gives in: both say that it is over', async () => {
    const [zzzc, shbt] = [set().member('zzzc'), set().member('shbt')];
    await exports(shbt, 'distribution', { spec: { trafficDistribution: 'PreferClose' } });
    for (const member of [zzzc, shbt]) {
      await member.awaitCondition('prod', 'distribution', 'Conflict', 'False', 'NoConflicts');
      await awaitTold(
        member,
        serviceExports,
        'prod',
        'distribution',
        'Normal ExportConflictResolved: All exporters agree.',
      );
    }
  });

  it.each(CASES.filter(({ name }) => !['internal', 'distribution'].includes(name)))(
    'about $name the oldest goes: the next one decides in every cluster, and has its endpoints there (Antrea never elected anew)',
    async ({ name, shbt: says, later }) => {
      const [zzzc, shbt] = [set().member('zzzc'), set().member('shbt')];
      await zzzc.unexports('prod', name);
      const specs = [];
      for (const member of set().members) {
        const found = await member.awaitImport('prod', name, (held) => {
          expect(held).toMatchObject(later);
          expect(held.status?.clusters).toEqual([{ cluster: 'shbt' }]);
          expect(held.status?.conditions).toMatchObject([{ type: 'Ready', status: 'True' }]);
        });
        specs.push(merged(found));
        await member.awaitAddresses('prod', name, 'zzzc', []);
        await member.awaitAddresses('prod', name, 'shbt', [addressIn('shbt', says.spec?.ipFamilies?.[0])]);
      }
      expect(specs).toEqual([specs[0], specs[0], specs[0]]);
      await awaitConditions(shbt, 'prod', name, ({ Conflict }) =>
        expect(Conflict).toMatchObject({
          status: 'False',
          reason: 'NoConflicts',
          message: 'All exporters agree.',
        }),
      );
      await awaitTold(shbt, serviceExports, 'prod', name, 'Normal ExportConflictResolved');
    },
  );
}
