import { expect } from 'vitest';
import { endpoint, headless, pod, service, slice } from '#test/driver/builders.ts';
import { awaitNothingOf, awaitSlices, derivedService } from '#test/driver/imported.ts';
import { type Marks, markAll, requestsSince } from '#test/driver/requests-of-all.ts';
import type { OpenedSet } from '#test/driver/use-set.ts';
import { Deletions } from '../frame/deletions.ts';
import { fault } from '../frame/fault.ts';
import { deletesOfWithdrawal } from '../frame/withdrawal.ts';

/** 63 characters each, and as many dashes as a name may have. */
export const LONG = {
  namespace: `n${'-'.repeat(61)}n`,
  name: 's'.repeat(63),
  withAddress: `c${'-'.repeat(61)}c`,
  hostname: 'h'.repeat(63),
};
const NAME_OF_OBJECT = /^(?=.{1,253}$)[a-z0-9]([-a-z0-9]*[a-z0-9])?$/;

/** Names as long as they may be, and names that begin like others: of objects, and of clusters. */
export function names(set: OpenedSet): void {
  fault(
    'F25',
    '63 characters throughout are no limit: namespace, Service, hostname (cilium#48520)',
    async (finding) => {
      // https://github.com/cilium/cilium/pull/48520: names of imported slices were no DNS names any more.
      const deletions = await Deletions.since(set());
      const marks = await markAll(set());
      const { namespace, name, hostname } = LONG;
      const zzzc = set().member('zzzc');
      const source = slice(namespace, name, 'a', [pod(hostname, '198.18.16.11')]);
      await zzzc.service(headless(namespace, name));
      // As long as a slice's name may be, and with all that it may hold.
      const longest = `${'x'.repeat(126)}.${'y'.repeat(126)}`;
      await zzzc.slice({ ...source, metadata: { ...source.metadata, name: longest } });
      await zzzc.exports(namespace, name);
      for (const member of set().members) {
        const [shown] = await awaitSlices(member, namespace, name, 'zzzc', (slices) =>
          expect(slices).toHaveLength(1),
        );
        expect(shown?.endpoints).toMatchObject([{ addresses: ['198.18.16.11'], hostname }]);
        expect(shown?.metadata.name).toMatch(NAME_OF_OBJECT);
      }
      await zzzc.awaitCondition(namespace, name, 'Ready', 'True', 'Exported');
      finding.records({ 'refused as invalid, headless': await invalidSince(marks) });
      finding.deleted(await deletions.all());
    },
  );

  fault('F25', '63 characters throughout have a clusterset IP as well', async (finding) => {
    const deletions = await Deletions.since(set());
    const marks = await markAll(set());
    const { namespace, withAddress: name } = LONG;
    const zzzc = set().member('zzzc');
    await zzzc.service(service(namespace, name));
    await zzzc.slice(slice(namespace, name, 'a', [endpoint('198.18.16.12')]));
    await zzzc.exports(namespace, name);
    for (const member of set().members) {
      await member.awaitAddresses(namespace, name, 'zzzc', ['198.18.16.12']);
      await member.awaitImport(namespace, name, ({ spec }) => expect(spec.ips).toHaveLength(1));
      expect(await derivedService(member, namespace, name)).toBeDefined();
    }
    finding.records({ 'refused as invalid, with an address': await invalidSince(marks) });
    finding.deleted(await deletions.all());
  });

  fault(
    'F25',
    'one cluster’s id begins with another’s, and so do names of Services: whose is whose is never mixed up',
    async (finding) => {
      // The name of an imported slice begins `db-east-1-` for either: db of east-1, and db-east of a cluster 1-….
      const deletions = await Deletions.since(set());
      const marks = await markAll(set());
      const [east, east1] = [set().member('east'), set().member('east-1')];
      const exported = [
        { member: east, name: 'db', address: '198.18.17.1' },
        { member: east1, name: 'db', address: '198.18.17.2' },
        { member: east, name: 'db-east', address: '198.18.17.3' },
        { member: east, name: 'db-east-1', address: '198.18.17.4' },
      ];
      for (const { member, name, address } of exported) {
        await member.service(headless('prod', name));
        await member.slice(slice('prod', name, 'a', [endpoint(address)]));
        await member.exports('prod', name);
      }
      for (const importer of set().members) {
        for (const { member, name, address } of exported)
          await importer.awaitAddresses('prod', name, member.id, [address]);
      }
      await east.unexports('prod', 'db');
      for (const importer of set().members) await importer.awaitAddresses('prod', 'db', 'east', []);
      await set().settle('prod');
      for (const importer of set().members) {
        for (const { member, name, address } of exported.slice(1))
          expect(await importer.importedAddresses('prod', name, member.id)).toEqual([address]);
        const { status } = await importer.awaitImport('prod', 'db');
        expect(status?.clusters).toEqual([{ cluster: 'east-1' }]);
      }

      await east1.unexports('prod', 'db');
      for (const importer of set().members) await awaitNothingOf(importer, 'prod', 'db');
      await set().settle('prod');
      for (const importer of set().members) {
        for (const { member, name, address } of exported.slice(2))
          expect(await importer.importedAddresses('prod', name, member.id)).toEqual([address]);
      }
      finding.records({ 'refused as invalid, names that begin alike': await invalidSince(marks) });
      const rightly = ['east', 'east-1'].flatMap((of) =>
        deletesOfWithdrawal(set(), { of, namespace: 'prod', name: 'db', slices: ['a'] }),
      );
      finding.deleted(await deletions.all(), rightly);
    },
  );

  /** How often an API server has found an object of ours invalid since then: never, or this throws. */
  async function invalidSince(marks: Marks): Promise<number> {
    const refused = Object.values(await requestsSince(set(), marks)).flatMap((requests) =>
      Object.entries(requests).filter(([request]) => request.endsWith(' 422')),
    );
    expect(refused).toEqual([]);
    return refused.length;
  }
}
