import { expect, it } from 'vitest';
import { endpoint, headless, service, slice } from '#test/driver/builders.ts';
import { awaitSlices } from '#test/driver/imported.ts';
import type { OpenedSet } from '#test/driver/use-set.ts';

const POD = { kind: 'Pod', namespace: 'prod', name: 'db-0', uid: '00000000-0000-4000-8000-000000000001' };

export function topology(set: OpenedSet): void {
  it('node and pod are named in their own cluster and in no other, which may have a node of that name', async () => {
    const zzzc = set().member('zzzc');
    await zzzc.service(headless('prod', 'placed'));
    await zzzc.slice(
      slice('prod', 'placed', 'a', [
        endpoint('198.18.34.1', { nodeName: 'node-1', targetRef: POD, zone: 'zone-a' }),
      ]),
    );
    await zzzc.exports('prod', 'placed');
    for (const member of set().members) {
      await awaitSlices(member, 'prod', 'placed', 'zzzc', ([shown]) => {
        const [found] = shown?.endpoints ?? [];
        expect(found?.zone).toBe('zone-a');
        expect(found?.nodeName).toBe(member.id === 'zzzc' ? 'node-1' : undefined);
        expect(found?.targetRef).toEqual(member.id === 'zzzc' ? POD : undefined);
      });
    }
  });

  it('hints are made from the merged trafficDistribution, and never copied', async () => {
    const zzzc = set().member('zzzc');
    const hints = { forZones: [{ name: 'of-the-source' }] };
    await zzzc.service(service('prod', 'hinted'));
    await zzzc.slice(
      slice('prod', 'hinted', 'a', [
        endpoint('198.18.34.11', { zone: 'zone-a', nodeName: 'node-1', hints }),
        endpoint('198.18.34.12', { zone: 'zone-b', hints }),
        endpoint('198.18.34.13', { hints }),
      ]),
    );
    await zzzc.exports('prod', 'hinted');
    const zone = (name: string) => ({ forZones: [{ name }] });
    for (const [trafficDistribution, near, far] of [
      [undefined, [undefined, undefined, undefined], [undefined, undefined, undefined]],
      [
        'PreferClose',
        [zone('zone-a'), zone('zone-b'), undefined],
        [zone('zone-a'), zone('zone-b'), undefined],
      ],
      [
        'PreferSameNode',
        [{ ...zone('zone-a'), forNodes: [{ name: 'node-1' }] }, zone('zone-b'), undefined],
        [zone('zone-a'), zone('zone-b'), undefined],
      ],
      [undefined, [undefined, undefined, undefined], [undefined, undefined, undefined]],
    ] as const) {
      await zzzc.service(service('prod', 'hinted', { ...(trafficDistribution && { trafficDistribution }) }));
      for (const member of set().members) {
        await member.awaitImport('prod', 'hinted', ({ spec }) =>
          expect(spec.trafficDistribution).toBe(trafficDistribution),
        );
        await awaitSlices(member, 'prod', 'hinted', 'zzzc', ([shown]) =>
          expect(shown?.endpoints?.map((one) => one.hints)).toEqual(member.id === 'zzzc' ? near : far),
        );
      }
    }
  });
}
