import { expect, it } from 'vitest';
import { CLUSTER_SET_NAME, clusterSets, type IClusterSet } from '#apis/hub/cluster-set.ts';
import { type IMember, members } from '#apis/hub/member.ts';
import { serviceExports } from '#apis/multicluster/service-export.ts';
import { edit } from '#test/driver/edit.ts';
import { awaitTold } from '#test/driver/events.ts';
import { awaitConditions } from '#test/driver/exported.ts';
import { exportsPlain } from '#test/driver/exporting.ts';
import { HandWrittenMember } from '#test/driver/hand-written.ts';
import { awaitNothingOf } from '#test/driver/imported.ts';
import { awaitNoRecord, recordOf } from '#test/driver/records.ts';
import type { OpenedSet } from '#test/driver/use-set.ts';

export function namespaceRules(set: OpenedSet): void {
  it('none of the cluster itself may, which the ServiceExport says (lighthouse#2244)', async () => {
    // https://github.com/submariner-io/lighthouse/pull/2244, of which more below.
    const zzzc = set().member('zzzc');
    await exportsPlain(zzzc, 'kube-system', 'dns', '198.18.17.1');
    await awaitConditions(zzzc, 'kube-system', 'dns', (found) => {
      expect(found['Valid']).toMatchObject({
        status: 'False',
        reason: 'NamespaceNotAllowed',
        message: 'Namespace kube-system is a system namespace (kube-*).',
      });
      expect(found['Ready']).toMatchObject({ status: 'False', reason: 'Pending' });
    });
    await set().settle('prod');
    expect(await recordOf(set().hub, 'zzzc', 'kube-system', 'dns')).toBeUndefined();
    expect(await zzzc.serviceImport('kube-system', 'dns')).toBeUndefined();
    await zzzc.unexports('kube-system', 'dns');
  });

  it('importers refuse them whatever an exporter writes (lighthouse#2244, CVE-2026-66788)', async () => {
    // https://github.com/submariner-io/lighthouse/pull/2244: one member could write into kube-system of all others.
    const hostile = await HandWrittenMember.join(set(), 'hostile');
    try {
      await hostile.reports(['kube-system.dns', 'prod.dns']);
      await hostile.exports('kube-system', 'dns');
      await hostile.exports('prod', 'dns');
      for (const member of set().members) await member.awaitImport('prod', 'dns');
      await set().settle('prod');
      for (const member of set().members) await awaitNothingOf(member, 'kube-system', 'dns');
    } finally {
      await hostile.close();
    }
  });

  it('none that the ClusterSet denies may, from the moment on in which it does', async () => {
    const [zzzc, shbt] = [set().member('zzzc'), set().member('shbt')];
    await exportsPlain(zzzc, 'team-red', 'db', '198.18.17.2');
    await exportsPlain(shbt, 'team-blue', 'db', '198.18.17.3');
    for (const member of set().members) {
      await member.awaitAddresses('team-red', 'db', 'zzzc', ['198.18.17.2']);
      await member.awaitAddresses('team-blue', 'db', 'shbt', ['198.18.17.3']);
    }
    await rule(set, { deny: ['team-*'] });
    for (const [exporter, namespace] of [
      [zzzc, 'team-red'],
      [shbt, 'team-blue'],
    ] as const) {
      await awaitConditions(exporter, namespace, 'db', (found) =>
        expect(found['Valid']).toMatchObject({
          status: 'False',
          reason: 'NamespaceNotAllowed',
          message: `Namespace ${namespace} is denied by the ClusterSet (team-*).`,
        }),
      );
      await awaitNoRecord(set().hub, exporter.id, namespace, 'db');
      for (const member of set().members) await awaitNothingOf(member, namespace, 'db');
    }
  });

  it('except those that it names as exceptions, a system namespace included (lighthouse#2278)', async () => {
    // https://github.com/submariner-io/lighthouse/pull/2278: without exceptions, users who had reasons were locked out.
    const [zzzc, shbt] = [set().member('zzzc'), set().member('shbt')];
    await exportsPlain(zzzc, 'kube-public', 'info', '198.18.17.4');
    await rule(set, { deny: ['team-*'], allow: ['team-blue', 'kube-public'] });
    for (const member of set().members) {
      await member.awaitAddresses('team-blue', 'db', 'shbt', ['198.18.17.3']);
      await member.awaitAddresses('kube-public', 'info', 'zzzc', ['198.18.17.4']);
    }
    await shbt.awaitCondition('team-blue', 'db', 'Ready', 'True', 'Exported');
    await zzzc.awaitCondition('team-red', 'db', 'Valid', 'False', 'NamespaceNotAllowed');
    expect(await awaitTold(shbt, serviceExports, 'team-blue', 'db', 'Normal ExportValid')).toEqual([
      'Warning NamespaceNotAllowed: Namespace team-blue is denied by the ClusterSet (team-*).',
      'Normal ExportValid: The Service can be exported.',
    ]);
    await rule(set, {});
    for (const member of set().members) {
      await member.awaitAddresses('team-red', 'db', 'zzzc', ['198.18.17.2']);
      await awaitNothingOf(member, 'kube-public', 'info');
    }
  });

  it('one member’s own rule holds for it alone', async () => {
    const [zzzc, shbt] = [set().member('zzzc'), set().member('shbt')];
    await exportsPlain(zzzc, 'elsewhere', 'db', '198.18.17.11');
    await exportsPlain(shbt, 'elsewhere', 'db', '198.18.17.12');
    for (const member of set().members) {
      await member.awaitAddresses('elsewhere', 'db', 'zzzc', ['198.18.17.11']);
      await member.awaitAddresses('elsewhere', 'db', 'shbt', ['198.18.17.12']);
    }
    await allow(set, 'zzzc', ['prod*', 'team-*']);
    await awaitConditions(zzzc, 'elsewhere', 'db', (found) =>
      expect(found['Valid']).toMatchObject({
        status: 'False',
        reason: 'NamespaceNotAllowed',
        message: 'Namespace elsewhere is not among those that member zzzc may export.',
      }),
    );
    for (const member of set().members) {
      await member.awaitAddresses('elsewhere', 'db', 'zzzc', []);
      await member.awaitImport('elsewhere', 'db', ({ status }) =>
        expect(status?.clusters).toEqual([{ cluster: 'shbt' }]),
      );
      // Who may not export may import.
      await member.awaitAddresses('elsewhere', 'db', 'shbt', ['198.18.17.12']);
    }
    await allow(set, 'zzzc', undefined);
    for (const member of set().members)
      await member.awaitAddresses('elsewhere', 'db', 'zzzc', ['198.18.17.11']);
  });
}

/** The hub's admin writes the set's rules on namespaces. */
async function rule(set: OpenedSet, namespaces: NonNullable<IClusterSet['spec']>['namespaces'] & object) {
  await edit(set().hub, clusterSets, { name: CLUSTER_SET_NAME }, (present) => ({
    ...present,
    spec: { ...present.spec, namespaces },
  }));
}

/** The hub's admin says which namespaces one member may export; undefined: all that the set allows. */
async function allow(set: OpenedSet, id: string, allowedNamespaces: string[] | undefined): Promise<void> {
  await edit(set().hub, members, { name: id }, ({ spec, ...present }: IMember) => {
    const { allowedNamespaces: _, ...rest } = spec ?? {};
    return { ...present, spec: { ...rest, ...(allowedNamespaces && { allowedNamespaces }) } };
  });
}
