import { expect, it } from 'vitest';
import { exportedEndpointSlices } from '#apis/hub/exported-endpoint-slice.ts';
import { exportedServices } from '#apis/hub/exported-service.ts';
import { memberNamespace } from '#apis/hub/member.ts';
import { endpointSlices } from '#apis/kubernetes/endpoint-slice.ts';
import { endpoint, headless, slice } from '#test/driver/builders.ts';
import { eventually } from '#test/driver/eventually.ts';
import { History } from '#test/driver/history.ts';
import { awaitNothingOf } from '#test/driver/imported.ts';
import { awaitRecord, sliceRecordsOf } from '#test/driver/records.ts';
import { said } from './credential.ts';
import { EVIL_UID, serviceRecord } from './records.ts';
import { EVIL, type Scene } from './scene.ts';

/** Old truths, written again by whoever holds a member's credential, while its agent goes on. */
export function replay(scene: () => Scene): void {
  it('T19 an old record written over a newer one is nowhere shown, and one of an ended export brings nothing back', async () => {
    const { set, zzzc: thief } = scene();
    const [zzzc, shbt] = [set.member('zzzc'), set.member('shbt')];
    const showsAt = async (address: string) => {
      await zzzc.slice(slice('prod', 'replay', 'a', [endpoint(address)]));
      await shbt.awaitAddresses('prod', 'replay', 'zzzc', [address]);
    };
    await zzzc.service(headless('prod', 'replay'));
    await zzzc.exports('prod', 'replay');
    await showsAt('198.18.1.40');
    const [oldSlice] = await sliceRecordsOf(set.hub, 'zzzc', 'prod', 'replay');
    const oldService = await awaitRecord(set.hub, 'zzzc', 'prod', 'replay');
    if (oldSlice === undefined) throw new Error('there is no slice record');
    await showsAt('198.18.1.41');
    const history = await History.open(shbt.client, endpointSlices, 'prod');
    const { name } = oldSlice.metadata;
    try {
      const answer = await thief.changes(exportedEndpointSlices, 'zzzc', name, (present) => ({
        ...present,
        spec: oldSlice.spec,
      }));
      expect(said(answer)).toBe('200');
      await eventually('the agent has put it right', async () => {
        const key = { namespace: memberNamespace('zzzc'), name };
        expect((await set.hub.get(exportedEndpointSlices, key)).spec.endpoints).toEqual(['198.18.1.41 RSt']);
      });
      await set.settle('prod');
      await history.caughtUp();
    } finally {
      await history.close();
    }
    const shown = history.states
      .flatMap(({ endpoints }) => endpoints ?? [])
      .flatMap(({ addresses }) => addresses);
    expect(shown).not.toContain('198.18.1.40');

    await zzzc.unexports('prod', 'replay');
    for (const member of set.members) await awaitNothingOf(member, 'prod', 'replay');
    const imports = await History.open(shbt.client, endpointSlices, 'prod');
    try {
      const answers = [
        await thief.creates(exportedServices, 'zzzc', oldService.metadata.name, { spec: oldService.spec }),
        await thief.creates(exportedEndpointSlices, 'zzzc', name, { spec: oldSlice.spec }),
      ];
      expect(answers.map(said)).toEqual(['201', '201']);
      await eventually('the agent has cleared them away', async () => {
        const { services, slices } = await set.hubAdmin.records('zzzc', 'prod');
        expect([...services, ...slices].filter((record) => record.startsWith('prod.replay'))).toEqual([]);
      });
      await set.settle('prod');
      await imports.caughtUp();
    } finally {
      await imports.close();
    }
    const again = imports.states
      .flatMap(({ endpoints }) => endpoints ?? [])
      .flatMap(({ addresses }) => addresses);
    expect(again.filter((address) => /^198\.18\.1\.4[01]$/.test(address))).toEqual([]);
    expect(await shbt.serviceImport('prod', 'replay')).toBeUndefined();
  });

  it('T19 a record that claims to be vouched for far ahead of its member outlives it, where it was imported', async () => {
    // What is missing is no proof, and no inventory of that member has come so far: only the hub's admin ends it.
    const { set, evil } = scene();
    const shbt = set.member('shbt');
    const ahead = serviceRecord('prod', 'ghost', { asserted: { uid: EVIL_UID, sequence: 2 ** 52 } });
    expect(said(await evil.creates(exportedServices, EVIL, 'prod.ghost', ahead))).toBe('201');
    await shbt.awaitImport('prod', 'ghost');
    await evil.deletes(exportedServices, EVIL, 'prod.ghost');
    await set.settle('prod');
    await shbt.awaitImport('prod', 'ghost');
  });
}
