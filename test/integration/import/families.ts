import { expect, it } from 'vitest';
import { endpoint, service, slice } from '#test/driver/builders.ts';
import { exportsPlain } from '#test/driver/exporting.ts';
import { awaitSlices, derivedService } from '#test/driver/imported.ts';
import type { OpenedSet } from '#test/driver/use-set.ts';

export function families(set: OpenedSet): void {
  it('a cluster of one family has that one of a dual-stack Service, which is no conflict', async () => {
    const zzzc = set().member('zzzc');
    await exportsPlain(zzzc, 'prod', 'two', '198.18.35.1', {
      ipFamilyPolicy: 'RequireDualStack',
      ipFamilies: ['IPv6', 'IPv4'],
    });
    await zzzc.slice({ ...slice('prod', 'two', 'six', [endpoint('2001:2::351')]), addressType: 'IPv6' });
    await set()
      .member('shbt')
      .awaitImport('prod', 'two', ({ spec }) => {
        expect(spec.ipFamilies).toEqual(['IPv6', 'IPv4']);
        expect(spec.ips).toHaveLength(2);
      });
    const { spec } = await set()
      .member('bjpdc')
      .awaitImport('prod', 'two', (found) => {
        expect(found.spec.ipFamilies).toEqual(['IPv4']);
        expect(found.spec.ips).toHaveLength(1);
        expect(found.status?.conditions).toMatchObject([{ type: 'Ready', status: 'True' }]);
      });
    expect(spec.ips?.[0]).not.toContain(':');
    // Slices follow what the exporters share, in every member alike; kube-proxy takes those of its own family.
    for (const member of set().members) {
      await member.awaitAddresses('prod', 'two', 'zzzc', ['198.18.35.1', '2001:2::351']);
    }
    await zzzc.awaitCondition('prod', 'two', 'Conflict', 'False', 'NoConflicts');
  });

  it('a cluster that has none of them says so on its import, and the others go on', async () => {
    const zzzc = set().member('zzzc');
    await zzzc.service(service('prod', 'six', { ipFamilyPolicy: 'SingleStack', ipFamilies: ['IPv6'] }));
    await zzzc.slice({ ...slice('prod', 'six', 'a', [endpoint('2001:2::352')]), addressType: 'IPv6' });
    await zzzc.exports('prod', 'six');
    for (const id of ['zzzc', 'shbt']) {
      await set()
        .member(id)
        .awaitImport('prod', 'six', ({ spec }) => {
          expect(spec.ipFamilies).toEqual(['IPv6']);
          expect(spec.ips).toHaveLength(1);
        });
      await set().member(id).awaitAddresses('prod', 'six', 'zzzc', ['2001:2::352']);
    }
    const bjpdc = set().member('bjpdc');
    const { spec } = await bjpdc.awaitImport('prod', 'six', ({ status }) =>
      expect(status?.conditions).toMatchObject([
        { type: 'Ready', status: 'False', reason: 'IPFamilyNotSupported' },
      ]),
    );
    expect(spec.ips ?? []).toEqual([]);
    expect(await derivedService(bjpdc, 'prod', 'six')).toBeUndefined();
    // The exporter changes its mind.
    await zzzc.unexports('prod', 'six');
    for (const member of set().members) await member.awaitNoImport('prod', 'six');
  });

  it('families that not all exporters have are left out, with the endpoints in them', async () => {
    const [zzzc, shbt] = [set().member('zzzc'), set().member('shbt')];
    await exportsPlain(zzzc, 'prod', 'common', '198.18.35.11', {
      ipFamilyPolicy: 'RequireDualStack',
      ipFamilies: ['IPv4', 'IPv6'],
    });
    await zzzc.slice({ ...slice('prod', 'common', 'six', [endpoint('2001:2::353')]), addressType: 'IPv6' });
    await shbt.awaitAddresses('prod', 'common', 'zzzc', ['198.18.35.11', '2001:2::353']);
    await exportsPlain(shbt, 'prod', 'common', '198.18.35.12', {
      ipFamilyPolicy: 'SingleStack',
      ipFamilies: ['IPv4'],
    });
    for (const member of set().members) {
      await member.awaitImport('prod', 'common', ({ spec }) => {
        expect(spec.ipFamilies).toEqual(['IPv4']);
        expect(spec.ips).toHaveLength(1);
      });
      await awaitSlices(member, 'prod', 'common', 'zzzc', (found) =>
        expect(found.map(({ addressType }) => addressType)).toEqual(['IPv4']),
      );
      await member.awaitAddresses('prod', 'common', 'shbt', ['198.18.35.12']);
    }
    await zzzc.awaitCondition('prod', 'common', 'Conflict', 'False', 'NoConflicts');
  });
}
