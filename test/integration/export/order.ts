import { expect, it } from 'vitest';
import { endpointSlices } from '#apis/kubernetes/endpoint-slice.ts';
import { services } from '#apis/kubernetes/service.ts';
import { endpoint, port, service, slice } from '#test/driver/builders.ts';
import { exportOf } from '#test/driver/exported.ts';
import { exportsPlain } from '#test/driver/exporting.ts';
import { awaitNothingOf } from '#test/driver/imported.ts';
import { awaitRecord } from '#test/driver/records.ts';
import type { OpenedSet } from '#test/driver/use-set.ts';
import { everyStep, type Step, type Thing } from './every-step.ts';

export function order(set: OpenedSet): void {
  /**
   * https://github.com/submariner-io/lighthouse/issues/165, https://github.com/submariner-io/lighthouse/issues/195:
   * a ServiceExport before its Service was never picked up.
   * https://github.com/submariner-io/lighthouse/issues/386, https://github.com/submariner-io/lighthouse/issues/433,
   * https://github.com/submariner-io/lighthouse/issues/693: a Service made anew left old data, or nothing.
   */
  it('from every state of Service, ServiceExport and slice each step leads to what is there then (lighthouse#165, lighthouse#386)', async () => {
    const there = new Map<Thing, number>();
    for (const [number, step] of everyStep().entries()) {
      await take(set, step, number);
      if (step.comes) there.set(step.thing, number);
      else there.delete(step.thing);
      await shows(set, there);
    }
    expect(there.size).toBe(0);
    for (const member of set().members) await awaitNothingOf(member, 'prod', 'stepping');
  });

  it('an export withdrawn and written again at once is there, as another one', async () => {
    // Its record is exchanged and not updated: HubTime reads the place in the line off the record's own age.
    const zzzc = set().member('zzzc');
    await exportsPlain(zzzc, 'prod', 'again', '198.18.13.1');
    for (const member of set().members) await member.awaitAddresses('prod', 'again', 'zzzc', ['198.18.13.1']);
    const before = await exportOf(zzzc, 'prod', 'again');
    await zzzc.unexports('prod', 'again');
    await zzzc.exports('prod', 'again');
    const after = await exportOf(zzzc, 'prod', 'again');
    expect(after.metadata.uid).not.toBe(before.metadata.uid);
    await awaitRecord(set().hub, 'zzzc', 'prod', 'again', ({ spec }) =>
      expect(spec.export.uid).toBe(after.metadata.uid),
    );
    await zzzc.awaitCondition('prod', 'again', 'Ready', 'True', 'Exported');
    for (const member of set().members) await member.awaitAddresses('prod', 'again', 'zzzc', ['198.18.13.1']);
  });

  it('one cluster unexports while another exports: the import never goes (Lighthouse lost it)', async () => {
    // Release notes of Lighthouse 0.16.7, 0.17.1 and 0.18.0.
    const [zzzc, shbt] = [set().member('zzzc'), set().member('shbt')];
    await exportsPlain(zzzc, 'prod', 'handover', '198.18.13.11');
    const imports = new Map<string, string | undefined>();
    for (const member of set().members) {
      await member.awaitAddresses('prod', 'handover', 'zzzc', ['198.18.13.11']);
      imports.set(member.id, (await member.awaitImport('prod', 'handover')).metadata.uid);
    }
    await exportsPlain(shbt, 'prod', 'handover', '198.18.13.12');
    // The hub must hold the new one before the old one goes, or there is a moment in which nobody exports.
    await shbt.awaitCondition('prod', 'handover', 'Ready', 'True', 'Exported');
    await zzzc.unexports('prod', 'handover');
    for (const member of set().members) {
      await member.awaitAddresses('prod', 'handover', 'zzzc', []);
      await member.awaitAddresses('prod', 'handover', 'shbt', ['198.18.13.12']);
      const found = await member.awaitImport('prod', 'handover', ({ status }) =>
        expect(status?.clusters).toEqual([{ cluster: 'shbt' }]),
      );
      expect(found.metadata.uid).toBe(imports.get(member.id));
    }
  });

  it('a Service made anew keeps the place in the line, which is the ServiceExport’s', async () => {
    const zzzc = set().member('zzzc');
    await exportsPlain(zzzc, 'prod', 'renewed', '198.18.13.21');
    const { metadata } = await exportOf(zzzc, 'prod', 'renewed');
    await zzzc.awaitCondition('prod', 'renewed', 'Ready', 'True');
    await zzzc.deletes(services, 'prod', 'renewed');
    await zzzc.awaitCondition('prod', 'renewed', 'Valid', 'False', 'NoService');
    await zzzc.service(service('prod', 'renewed', { ports: [port('tcp', 6543)] }));
    await awaitRecord(set().hub, 'zzzc', 'prod', 'renewed', ({ spec }) => {
      expect(spec.ports).toEqual([{ name: 'tcp', port: 6543, protocol: 'TCP' }]);
      expect(spec.export).toEqual({ uid: metadata.uid, creationTimestamp: metadata.creationTimestamp });
    });
  });
}

/** What is made in one step tells by its number that it is none of an earlier one. */
async function take(set: OpenedSet, { thing, comes }: Step, number: number): Promise<void> {
  const zzzc = set().member('zzzc');
  switch (thing) {
    case 'Service':
      if (!comes) return zzzc.deletes(services, 'prod', 'stepping');
      return zzzc.service(service('prod', 'stepping', { ports: [port('tcp', portOf(number))] }));
    case 'ServiceExport':
      return comes ? zzzc.exports('prod', 'stepping') : zzzc.unexports('prod', 'stepping');
    case 'slice':
      if (!comes) return zzzc.deletes(endpointSlices, 'prod', 'stepping-a');
      return zzzc.slice(slice('prod', 'stepping', 'a', [endpoint(addressOf(number))]));
  }
}

async function shows(set: OpenedSet, there: ReadonlyMap<Thing, number>): Promise<void> {
  const [serviceStep, sliceStep] = [there.get('Service'), there.get('slice')];
  const exported = there.has('ServiceExport') && serviceStep !== undefined;
  if (there.has('ServiceExport')) {
    const [status, reason] = exported ? (['True', 'Valid'] as const) : (['False', 'NoService'] as const);
    await set().member('zzzc').awaitCondition('prod', 'stepping', 'Valid', status, reason);
  }
  for (const member of set().members) {
    if (!exported) {
      await awaitNothingOf(member, 'prod', 'stepping');
      continue;
    }
    await member.awaitImport('prod', 'stepping', ({ spec }) =>
      expect(spec.ports).toEqual([{ name: 'tcp', port: portOf(serviceStep), protocol: 'TCP' }]),
    );
    const addresses = sliceStep === undefined ? [] : [addressOf(sliceStep)];
    await member.awaitAddresses('prod', 'stepping', 'zzzc', addresses);
  }
}

function portOf(step: number): number {
  return 5000 + step;
}

function addressOf(step: number): string {
  return `198.18.14.${step}`;
}
