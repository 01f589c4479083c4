import { expect, it } from 'vitest';
import type { Facts } from './facts.ts';
import type { Fleet } from './fleet.ts';
import { importHeadless } from './imports.ts';

const NS = '/apis/discovery.k8s.io/v1/namespaces/prod/endpointslices';
const SHORT_MS = 500;
/** Until CoreDNS has heard of a slice. */
const PATIENT = { timeout: 30_000 };

/** Names for addresses: the cluster's own block makes them, of every EndpointSlice that there is. */
export function reverse(facts: () => Facts, fleet: () => Fleet): void {
  const nameOf = async (last: number) => {
    const name = `${last}.4.18.198.in-addr.arpa`;
    return (await fleet().stub.ask({ name, type: 'PTR', timeoutMs: SHORT_MS })).answers;
  };

  it('for an import that names a Service, though there is none', async () => {
    const pods = [{ hostname: 'db-0', address: '198.18.4.1' }];
    await importHeadless(facts().cluster.admin, 'there', 'shbt', pods, 'derived-x.none');
    await expect.poll(() => nameOf(1), PATIENT).toEqual(['db-0.derived-x.none.prod.svc.cluster.local']);
  });

  it('for a pod of the cluster that is imported, too: both', async () => {
    await ownSlice('198.18.4.2');
    const pods = [{ hostname: 'db-0', address: '198.18.4.2' }];
    await importHeadless(facts().cluster.admin, 'both', 'zzzc', pods, 'derived-x.none');
    const both = ['db-0.db.prod.svc.cluster.local', 'db-0.derived-x.none.prod.svc.cluster.local'];
    await expect.poll(() => nameOf(2), PATIENT).toEqual(both);
  });

  it('for nobody whom an import without that label shows: not even an answer that there is none', async () => {
    await ownSlice('198.18.4.3');
    await expect.poll(() => nameOf(3), PATIENT).toEqual(['db-0.db.prod.svc.cluster.local']);
    const pods = [{ hostname: 'db-0', address: '198.18.4.3' }];
    await importHeadless(facts().cluster.admin, 'silent', 'zzzc', pods, '');
    await expect.poll(() => nameOf(3).catch(String), PATIENT).toContain(`no answer in ${SHORT_MS} ms`);
  });

  async function ownSlice(address: string): Promise<void> {
    const name = `own-${address.replaceAll('.', '-')}`;
    await facts().cluster.admin.apply(`${NS}/${name}`, {
      apiVersion: 'discovery.k8s.io/v1',
      kind: 'EndpointSlice',
      metadata: { name, labels: { 'kubernetes.io/service-name': 'db' } },
      addressType: 'IPv4',
      ports: [],
      endpoints: [{ addresses: [address], hostname: 'db-0', conditions: { ready: true } }],
    });
  }
}
