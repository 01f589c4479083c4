import { expect, it } from 'vitest';
import { services } from '#apis/kubernetes/service.ts';
import type { Condition } from '#apis/meta.ts';
import { serviceExports } from '#apis/multicluster/service-export.ts';
import { serviceImports } from '#apis/multicluster/service-import.ts';
import { derivedServiceName } from '#controllers/endpoints/names.ts';
import { headless, port, service } from '#test/driver/builders.ts';
import { editStatus } from '#test/driver/edit.ts';
import { awaitTold, toldOn } from '#test/driver/events.ts';
import { awaitConditions, conditionsOf, exportOf } from '#test/driver/exported.ts';
import { exportsPlain, oneSecondAfter } from '#test/driver/exporting.ts';
import { awaitNoRecord } from '#test/driver/records.ts';
import type { OpenedSet } from '#test/driver/use-set.ts';

export function conditions(set: OpenedSet): void {
  it('Valid, Ready and Conflict, with reason, message and the generation that they are about', async () => {
    const zzzc = set().member('zzzc');
    await exportsPlain(zzzc, 'prod', 'stated', '198.18.15.1');
    const first = await awaitConditions(zzzc, 'prod', 'stated', (found) => {
      expect(found['Valid']).toMatchObject({ status: 'True', reason: 'Valid', observedGeneration: 1 });
      expect(found['Ready']).toMatchObject({
        status: 'True',
        reason: 'Exported',
        message: 'The hub holds this export as it is now.',
        observedGeneration: 1,
      });
      expect(found['Conflict']).toMatchObject({
        status: 'False',
        reason: 'NoConflicts',
        observedGeneration: 1,
      });
    });
    expect(Object.keys(first)).toEqual(['Valid', 'Ready', 'Conflict']);
  });

  it('they follow the generation, while the time of the last transition stays where nothing turned', async () => {
    // Antrea renewed the time with every write.
    const zzzc = set().member('zzzc');
    const before = await conditionsOf(zzzc, 'prod', 'stated');
    await oneSecondAfter(before['Valid']?.lastTransitionTime);
    await zzzc.exports('prod', 'stated', { exportedLabels: { team: 'storage' } });
    const after = await awaitConditions(zzzc, 'prod', 'stated', (found) => {
      for (const type of ['Valid', 'Ready', 'Conflict']) expect(found[type]?.observedGeneration).toBe(2);
      expect(found['Ready']?.status).toBe('True');
    });
    expect(after['Valid']?.lastTransitionTime).toBe(before['Valid']?.lastTransitionTime);
    expect(after['Conflict']?.lastTransitionTime).toBe(before['Conflict']?.lastTransitionTime);

    await zzzc.deletes(services, 'prod', 'stated');
    const turned = await awaitConditions(zzzc, 'prod', 'stated', (found) =>
      expect(found['Valid']).toMatchObject({
        status: 'False',
        reason: 'NoService',
        message: 'There is no Service prod/stated.',
      }),
    );
    expect(timeOf(turned['Valid'])).toBeGreaterThan(timeOf(before['Valid']));
    expect(turned['Ready']).toMatchObject({ status: 'False', reason: 'Pending' });
    expect(turned['Conflict']).toBeUndefined();
  });

  it('transitions are told as Events, once each; what is fine from the start is no news', async () => {
    const zzzc = set().member('zzzc');
    await zzzc.exports('prod', 'told');
    await awaitTold(zzzc, serviceExports, 'prod', 'told', 'Warning NoService');
    await zzzc.service(service('prod', 'told'));
    await awaitTold(zzzc, serviceExports, 'prod', 'told', 'Normal ExportValid');
    await zzzc.awaitCondition('prod', 'told', 'Ready', 'True');
    // Changes that turn nothing.
    await zzzc.exports('prod', 'told', { exportedLabels: { team: 'storage' } });
    await zzzc.service(service('prod', 'told', { ports: [port('tcp', 6543)] }));
    await set().settle('prod');
    expect(await toldOn(zzzc, serviceExports, 'prod', 'told')).toEqual([
      'Warning NoService: There is no Service prod/told.',
      'Normal ExportValid: The Service can be exported.',
    ]);
    expect(await toldOn(zzzc, serviceExports, 'prod', 'stated')).toEqual([
      'Warning NoService: There is no Service prod/stated.',
    ]);
  });

  it('conditions of other writers are kept', async () => {
    const zzzc = set().member('zzzc');
    const seen: Condition = {
      type: 'example.com/Audited',
      status: 'True',
      reason: 'Seen',
      message: 'by somebody else',
      lastTransitionTime: '2026-01-01T00:00:00Z',
    };
    await editStatus(zzzc.client, serviceExports, { namespace: 'prod', name: 'told' }, (present) => ({
      ...present,
      status: { ...present.status, conditions: [seen, ...(present.status?.conditions ?? [])] },
    }));
    await zzzc.deletes(services, 'prod', 'told');
    await awaitConditions(zzzc, 'prod', 'told', (found) => {
      expect(found['Valid']?.status).toBe('False');
      expect(found['Conflict']).toBeUndefined();
      expect(found['example.com/Audited']).toEqual(seen);
    });
  });

  it('what an import made is not exported again: neither our derived Service nor another implementation’s (linkerd2#6626)', async () => {
    // https://github.com/linkerd/linkerd2/issues/6626: a loop, each round of which multiplied the Services.
    const [zzzc, shbt] = [set().member('zzzc'), set().member('shbt')];
    await exportsPlain(zzzc, 'prod', 'looped', '198.18.15.2');
    await shbt.awaitImport('prod', 'looped', ({ spec }) => expect(spec.ips).toHaveLength(1));
    const derived = derivedServiceName('prod', 'looped');
    await shbt.exports('prod', derived);
    await shbt.awaitCondition('prod', derived, 'Valid', 'False', 'ImportedService');

    const { apiVersion, kind, metadata } = await shbt.client.get(serviceImports, {
      namespace: 'prod',
      name: 'looped',
    });
    const owner = { apiVersion: apiVersion ?? '', kind: kind ?? '', name: 'looped', uid: metadata.uid ?? '' };
    const owned = service('prod', 'of-another');
    await shbt.service({ ...owned, metadata: { ...owned.metadata, ownerReferences: [owner] } });
    await shbt.exports('prod', 'of-another');
    await shbt.awaitCondition('prod', 'of-another', 'Valid', 'False', 'ImportedService');

    await set().settle('prod');
    for (const name of [derived, 'of-another']) {
      await awaitNoRecord(set().hub, 'shbt', 'prod', name);
      expect(await zzzc.serviceImport('prod', name)).toBeUndefined();
      await shbt.unexports('prod', name);
    }
  });

  it('Ready is False and says why where the hub refuses the export', async () => {
    const zzzc = set().member('zzzc');
    const ports = Array.from({ length: 101 }, (_, n) => port(`p-${n}`, 5000 + n));
    await zzzc.service(service('prod', 'refused', { ports }));
    await zzzc.exports('prod', 'refused');
    const { message } = await zzzc.awaitCondition('prod', 'refused', 'Ready', 'False', 'Failed');
    expect(message).toMatch(/^The hub refuses this export: .*spec\.ports.* 100/);
    await zzzc.service(service('prod', 'refused', { ports: ports.slice(0, 100) }));
    await zzzc.awaitCondition('prod', 'refused', 'Ready', 'True', 'Exported');
    await zzzc.unexports('prod', 'refused');
  });

  it('Ready is False and says why where the export asks for more to travel than any member takes', async () => {
    const zzzc = set().member('zzzc');
    const big = { 'example.com/big': 'x'.repeat(70_000) };
    await zzzc.service(headless('prod', 'rejected'));
    await zzzc.exports('prod', 'rejected', { exportedAnnotations: big });
    const { message } = await zzzc.awaitCondition('prod', 'rejected', 'Ready', 'False', 'Failed');
    expect(message).toBe(
      'The hub refuses this export: spec.exportedAnnotations holds 70015 characters that travel, more than 65536',
    );
    await zzzc.exports('prod', 'rejected');
    await zzzc.awaitCondition('prod', 'rejected', 'Ready', 'True', 'Exported');
    for (const member of set().members) await member.awaitImport('prod', 'rejected');
  });

  it('nobody but its user owns a ServiceExport: no owner, no finalizer, nothing in its metadata (aws-cloud-map)', async () => {
    // Cloud Map's controller made the Service its owner: deleting that deleted what the user wished.
    const { metadata } = await exportOf(set().member('zzzc'), 'prod', 'told');
    const { ownerReferences, finalizers, labels, annotations } = metadata as typeof metadata & {
      finalizers?: string[];
    };
    expect({ ownerReferences, finalizers, labels, annotations }).toEqual({});
  });
}

function timeOf(condition: Condition | undefined): number {
  return Date.parse(condition?.lastTransitionTime ?? '');
}
