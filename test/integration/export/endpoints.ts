import { expect, it } from 'vitest';
import { endpointSlices, type IEndpointSlice } from '#apis/kubernetes/endpoint-slice.ts';
import { KUBE_SERVICE_NAME_LABEL, SOURCE_CLUSTER_LABEL } from '#apis/labels.ts';
import { serviceExports } from '#apis/multicluster/service-export.ts';
import { endpoint, headless, service, slice } from '#test/driver/builders.ts';
import { awaitTold } from '#test/driver/events.ts';
import { eventually } from '#test/driver/eventually.ts';
import { awaitSlices } from '#test/driver/imported.ts';
import { sliceRecordsOf } from '#test/driver/records.ts';
import type { OpenedSet } from '#test/driver/use-set.ts';

export function endpoints(set: OpenedSet): void {
  it('of hand-written slices behind a Service without selector, such as a database outside (lighthouse#817, cilium#38596)', async () => {
    // https://github.com/submariner-io/lighthouse/issues/817, https://github.com/cilium/cilium/pull/38596
    const zzzc = set().member('zzzc');
    const bare = slice('prod', 'outside', 'hand', [endpoint('198.18.11.1')]);
    await zzzc.service(service('prod', 'outside'));
    await zzzc.slice({
      ...bare,
      metadata: { ...bare.metadata, labels: { [KUBE_SERVICE_NAME_LABEL]: 'outside' } },
    });
    await zzzc.exports('prod', 'outside');
    for (const member of set().members)
      await member.awaitAddresses('prod', 'outside', 'zzzc', ['198.18.11.1']);
  });

  it('of several slices, each for itself: with one of them go its endpoints and no others', async () => {
    const zzzc = set().member('zzzc');
    await zzzc.service(headless('prod', 'several'));
    for (const [suffix, address] of [
      ['a', '198.18.11.11'],
      ['b', '198.18.11.12'],
      ['c', '198.18.11.13'],
    ] as const)
      await zzzc.slice(slice('prod', 'several', suffix, [endpoint(address)]));
    await zzzc.exports('prod', 'several');
    for (const member of set().members) {
      await awaitSlices(member, 'prod', 'several', 'zzzc', (slices) => expect(slices).toHaveLength(3));
    }
    await zzzc.deletes(endpointSlices, 'prod', 'several-b');
    for (const member of set().members) {
      await member.awaitAddresses('prod', 'several', 'zzzc', ['198.18.11.11', '198.18.11.13']);
      await awaitSlices(member, 'prod', 'several', 'zzzc', (slices) => expect(slices).toHaveLength(2));
    }
    // A record goes after the inventory by which importers let its endpoints go.
    await eventually('its record is gone, and no other', async () =>
      expect(await sliceRecordsOf(set().hub, 'zzzc', 'prod', 'several')).toHaveLength(2),
    );
  });

  it('that move from slice to slice, as the stock controller moves them', async () => {
    const zzzc = set().member('zzzc');
    await zzzc.service(headless('prod', 'moving'));
    await zzzc.slice(slice('prod', 'moving', 'a', [endpoint('198.18.11.21'), endpoint('198.18.11.22')]));
    await zzzc.exports('prod', 'moving');
    await set().member('shbt').awaitAddresses('prod', 'moving', 'zzzc', ['198.18.11.21', '198.18.11.22']);
    // First in both, then in one: nobody may lose it in between.
    await zzzc.slice(slice('prod', 'moving', 'b', [endpoint('198.18.11.22')]));
    await zzzc.slice(slice('prod', 'moving', 'a', [endpoint('198.18.11.21')]));
    for (const member of set().members) {
      await awaitSlices(member, 'prod', 'moving', 'zzzc', (slices) =>
        expect(addressesOf(slices)).toEqual(['198.18.11.21', '198.18.11.22']),
      );
    }
  });

  it('with the hostnames that they have, and none that they have not (lighthouse#1728)', async () => {
    // https://github.com/submariner-io/lighthouse/issues/1728: the pod's name was taken for one.
    const zzzc = set().member('zzzc');
    const targetRef = { kind: 'Pod', namespace: 'prod', name: 'db-abcde' };
    await zzzc.service(headless('prod', 'hostnames'));
    await zzzc.slice(
      slice('prod', 'hostnames', 'a', [
        endpoint('198.18.11.51', { hostname: 'db-0' }),
        endpoint('198.18.11.52', { targetRef }),
      ]),
    );
    await zzzc.exports('prod', 'hostnames');
    for (const member of set().members) {
      await awaitSlices(member, 'prod', 'hostnames', 'zzzc', ([shown]) =>
        expect(shown?.endpoints?.map(({ hostname }) => hostname)).toEqual(['db-0', undefined]),
      );
    }
  });

  it('that came from another cluster are not sent on (karmada#6522)', async () => {
    // https://github.com/karmada-io/karmada/pull/6522: what had been dispatched was reported back, and doubled.
    const zzzc = set().member('zzzc');
    await zzzc.service(headless('prod', 'relayed'));
    const relayed = slice('prod', 'relayed', 'from-elsewhere', [endpoint('198.18.11.71')]);
    await zzzc.slice({
      ...relayed,
      metadata: {
        ...relayed.metadata,
        labels: { ...relayed.metadata.labels, [SOURCE_CLUSTER_LABEL]: 'elsewhere' },
      },
    });
    await zzzc.slice(slice('prod', 'relayed', 'own', [endpoint('198.18.11.72')]));
    await zzzc.exports('prod', 'relayed');
    for (const member of set().members)
      await member.awaitAddresses('prod', 'relayed', 'zzzc', ['198.18.11.72']);
  });

  it('except those of FQDN slices, which a ServiceExport says and nothing else suffers from', async () => {
    const zzzc = set().member('zzzc');
    await zzzc.service(headless('prod', 'by-name'));
    await zzzc.slice({
      ...slice('prod', 'by-name', 'fqdn', [endpoint('db.example.com')]),
      addressType: 'FQDN',
    });
    await zzzc.slice(slice('prod', 'by-name', 'four', [endpoint('198.18.11.81')]));
    await zzzc.exports('prod', 'by-name');
    await awaitTold(
      zzzc,
      serviceExports,
      'prod',
      'by-name',
      'Warning EndpointsNotExported: EndpointSlice by-name-fqdn',
    );
    for (const member of set().members)
      await member.awaitAddresses('prod', 'by-name', 'zzzc', ['198.18.11.81']);
  });
}

function addressesOf(slices: readonly IEndpointSlice[]): string[] {
  return slices.flatMap(({ endpoints: all }) => (all ?? []).flatMap(({ addresses }) => addresses)).sort();
}
