import { expect, it } from 'vitest';
import { services } from '#apis/kubernetes/service.ts';
import { serviceExports } from '#apis/multicluster/service-export.ts';
import { port } from '#test/driver/builders.ts';
import { awaitConditions } from '#test/driver/exported.ts';
import { oneSecondAfter } from '#test/driver/exporting.ts';
import { HandWrittenMember } from '#test/driver/hand-written.ts';
import { awaitRecord } from '#test/driver/records.ts';
import type { OpenedSet } from '#test/driver/use-set.ts';
import { exports, has } from './shared.ts';

export function precedence(set: OpenedSet): void {
  it('by the age of the ServiceExport: neither a Service made anew nor an edit of the export costs the place', async () => {
    const zzzc = set().member('zzzc');
    const clientIP = { spec: { sessionAffinity: 'ClientIP' } };
    await exports(zzzc, 'affinity', { ...clientIP, exported: { exportedLabels: { edited: 'yes' } } });
    await zzzc.deletes(services, 'prod', 'affinity');
    for (const member of set().members) {
      await member.awaitImport('prod', 'affinity', ({ spec }) => expect(spec.sessionAffinity).toBe('None'));
    }
    await has(zzzc, 'affinity', clientIP);
    for (const member of set().members) {
      await member.awaitImport('prod', 'affinity', ({ spec, metadata }) => {
        expect(spec.sessionAffinity).toBe('ClientIP');
        expect(metadata.labels).toMatchObject({ edited: 'yes' });
      });
    }
  });

  it('a ServiceExport made anew goes to the end of the line', async () => {
    const zzzc = set().member('zzzc');
    await zzzc.unexports('prod', 'internal');
    await zzzc.exports('prod', 'internal');
    const { metadata } = await set()
      .member('shbt')
      .client.get(serviceExports, { namespace: 'prod', name: 'internal' });
    for (const id of ['zzzc', 'shbt']) {
      await awaitConditions(set().member(id), 'prod', 'internal', ({ Conflict }) =>
        expect(Conflict?.message).toBe(
          `internalTrafficPolicy differs: Cluster of shbt is used (the oldest export, since ${metadata.creationTimestamp}); Local in zzzc.`,
        ),
      );
    }
    for (const member of set().members) {
      await member.awaitImport('prod', 'internal', ({ spec }) =>
        expect(spec.internalTrafficPolicy).toBe('Cluster'),
      );
    }
  });

  it('in mode HubTime by who was on the hub first, as all members see at once', async () => {
    // zzzc's ServiceExport is the older one, but its Service came after shbt's.
    const policy = async (expected: string, who: string) => {
      for (const member of set().members) {
        await member.awaitImport('prod', 'late', ({ spec, status }) => {
          expect(status?.clusters).toHaveLength(2);
          expect(spec.internalTrafficPolicy).toBe(expected);
        });
      }
      for (const id of ['zzzc', 'shbt']) {
        await awaitConditions(set().member(id), 'prod', 'late', ({ Conflict }) =>
          expect(Conflict?.message).toContain(who),
        );
      }
    };
    await policy('Cluster', 'Cluster of zzzc is used (the oldest export, since ');
    await set().hubAdmin.ordersBy('HubTime');
    const { metadata } = await awaitRecord(set().hub, 'shbt', 'prod', 'late');
    await policy(
      'Local',
      `Local of shbt is used (the first on the hub, since ${metadata.creationTimestamp})`,
    );
    await set().hubAdmin.ordersBy('ExportTime');
    await policy('Cluster', 'Cluster of zzzc is used (the oldest export, since ');
  });

  it('in mode HubTime a member that claims an old date gains nothing (lighthouse#2247)', async () => {
    // https://github.com/submariner-io/lighthouse/pull/2247: whoever wrote 1970 won every conflict.
    await exports(set().member('zzzc'), 'forged', { spec: { ports: [port('tcp', 80)] } });
    const { metadata } = await awaitRecord(set().hub, 'zzzc', 'prod', 'forged');
    await oneSecondAfter(metadata.creationTimestamp);
    const forger = await HandWrittenMember.join(set(), 'forger');
    const portsEverywhere = async (...numbers: number[]) => {
      for (const member of set().members) {
        await member.awaitImport('prod', 'forged', ({ spec, status }) => {
          expect(status?.clusters).toEqual([{ cluster: 'forger' }, { cluster: 'zzzc' }]);
          expect(spec.ports.map((one) => one.port)).toEqual(numbers);
        });
      }
    };
    try {
      await forger.reports(['prod.forged']);
      await forger.exports('prod', 'forged', {
        export: { uid: 'forged', creationTimestamp: '1999-12-31T23:59:59Z' },
        ports: [{ name: 'tcp', port: 666, protocol: 'TCP' }],
      });
      // By the letter of the KEP the claim counts.
      await portsEverywhere(666);
      await set().hubAdmin.ordersBy('HubTime');
      await portsEverywhere(80);
    } finally {
      await forger.close();
      await set().hubAdmin.ordersBy('ExportTime');
    }
  });
}
