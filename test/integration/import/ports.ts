import { expect, it } from 'vitest';
import { endpoint, port, service, slice } from '#test/driver/builders.ts';
import type { MemberCluster } from '#test/driver/cluster.ts';
import { olderThanAllToCome } from '#test/driver/exporting.ts';
import { awaitSlices } from '#test/driver/imported.ts';
import type { OpenedSet } from '#test/driver/use-set.ts';

export function ports(set: OpenedSet): void {
  it('under the name of the import’s port and with the pod’s own number, which differs from slice to slice (cilium#36735, antrea#3561)', async () => {
    // https://github.com/cilium/cilium/issues/36735, https://github.com/antrea-io/antrea/issues/3561
    // A named targetPort is looked up in each pod: two versions of one workload listen on two numbers.
    const zzzc = set().member('zzzc');
    await zzzc.service(service('prod', 'numbers', { ports: [port('web', 80, { targetPort: 'http' })] }));
    await zzzc.slice(
      slice('prod', 'numbers', 'old', [endpoint('198.18.33.1')], [{ name: 'web', port: 8080 }]),
    );
    await zzzc.slice(
      slice('prod', 'numbers', 'new', [endpoint('198.18.33.2')], [{ name: 'web', port: 9090 }]),
    );
    await zzzc.exports('prod', 'numbers');
    for (const member of set().members) {
      await awaitSlices(member, 'prod', 'numbers', 'zzzc', (found) => {
        const byAddress = found.map((one) => [one.endpoints?.[0]?.addresses[0], one.ports]);
        expect(Object.fromEntries(byAddress)).toEqual({
          '198.18.33.1': [{ name: 'web', port: 8080, protocol: 'TCP' }],
          '198.18.33.2': [{ name: 'web', port: 9090, protocol: 'TCP' }],
        });
      });
      const { spec } = await member.awaitImport('prod', 'numbers');
      expect(spec.ports).toEqual([{ name: 'web', port: 80, protocol: 'TCP' }]);
    }
  });

  it('under the name that the oldest export gives, where another one names the same port differently', async () => {
    // No peer does this: kube-proxy matches by name, and the other cluster's endpoints would be dark.
    const [zzzc, shbt] = [set().member('zzzc'), set().member('shbt')];
    await exportsPorts(zzzc, 'renamed', '198.18.33.11', [port('http', 80)], 8001);
    await olderThanAllToCome(zzzc, 'prod', 'renamed');
    await exportsPorts(shbt, 'renamed', '198.18.33.12', [port('web', 80)], 8002);
    await shbt.awaitCondition('prod', 'renamed', 'Conflict', 'True', 'PortConflict');
    for (const member of set().members) {
      await awaitSlices(member, 'prod', 'renamed', 'zzzc', ([shown]) =>
        expect(shown?.ports).toEqual([{ name: 'http', port: 8001, protocol: 'TCP' }]),
      );
      await awaitSlices(member, 'prod', 'renamed', 'shbt', ([shown]) =>
        expect(shown?.ports).toEqual([{ name: 'http', port: 8002, protocol: 'TCP' }]),
      );
    }
  });

  it('without those that conflict: no request for a port reaches pods of a cluster that does not have it (cilium#43251)', async () => {
    // https://github.com/cilium/cilium/pull/43251
    const [zzzc, shbt] = [set().member('zzzc'), set().member('shbt')];
    await exportsPorts(zzzc, 'filtered', '198.18.33.21', [port('http', 80)], 8001);
    await olderThanAllToCome(zzzc, 'prod', 'filtered');
    // Another number under the same name, and one that only this cluster has.
    await exportsPorts(shbt, 'filtered', '198.18.33.22', [port('http', 8080), port('metrics', 9090)], 8002);
    await shbt.awaitCondition('prod', 'filtered', 'Conflict', 'True', 'PortConflict');
    for (const member of set().members) {
      await member.awaitImport('prod', 'filtered', ({ spec }) =>
        expect(spec.ports).toEqual([
          { name: 'http', port: 80, protocol: 'TCP' },
          { name: 'metrics', port: 9090, protocol: 'TCP' },
        ]),
      );
      await awaitSlices(member, 'prod', 'filtered', 'zzzc', ([shown]) =>
        expect(shown?.ports).toEqual([{ name: 'http', port: 8001, protocol: 'TCP' }]),
      );
      await awaitSlices(member, 'prod', 'filtered', 'shbt', ([shown]) =>
        expect(shown?.ports).toEqual([{ name: 'metrics', port: 8003, protocol: 'TCP' }]),
      );
    }
  });

  it('and no slice at all where none is left', async () => {
    const [zzzc, shbt] = [set().member('zzzc'), set().member('shbt')];
    await exportsPorts(zzzc, 'dark', '198.18.33.31', [port('http', 80)], 8001);
    await olderThanAllToCome(zzzc, 'prod', 'dark');
    await exportsPorts(shbt, 'dark', '198.18.33.32', [port('http', 8080)], 8002);
    await shbt.awaitCondition('prod', 'dark', 'Conflict', 'True', 'PortConflict');
    for (const member of set().members) {
      await member.awaitImport('prod', 'dark', ({ status }) => expect(status?.clusters).toHaveLength(2));
      await awaitSlices(member, 'prod', 'dark', 'shbt', (found) => expect(found).toEqual([]));
      await member.awaitAddresses('prod', 'dark', 'zzzc', ['198.18.33.31']);
    }
    // The other cluster comes round: its endpoints are there.
    await shbt.service(service('prod', 'dark', { ports: [port('http', 80)] }));
    for (const member of set().members) await member.awaitAddresses('prod', 'dark', 'shbt', ['198.18.33.32']);
  });
}

/** A Service with these ports, the pods of which listen from `from` on. */
async function exportsPorts(
  member: MemberCluster,
  name: string,
  address: string,
  all: ReturnType<typeof port>[],
  from: number,
): Promise<void> {
  await member.service(service('prod', name, { ports: all }));
  const podPorts = all.map((one, n) => ({ name: one.name ?? '', port: from + n, protocol: 'TCP' }));
  await member.slice(slice('prod', name, 'a', [endpoint(address)], podPorts));
  await member.exports('prod', name);
}
