import { expect, it } from 'vitest';
import { type Endpoint, endpointSlices, type IEndpointSlice } from '#apis/kubernetes/endpoint-slice.ts';
import { KUBE_SERVICE_NAME_LABEL } from '#apis/labels.ts';
import { skipWithout } from '#test/clusters/use-clusters.ts';
import { endpoint, headless, slice } from '#test/driver/builders.ts';
import { eventually } from '#test/driver/eventually.ts';
import { awaitSlices } from '#test/driver/imported.ts';
import { node, pod } from '#test/driver/pods.ts';
import { pods } from '#test/driver/running-pods.ts';
import type { OpenedSet } from '#test/driver/use-set.ts';

export function readiness(set: OpenedSet): void {
  it('whose unset conditions stay unset (lighthouse#754, lighthouse#755)', async () => {
    // https://github.com/submariner-io/lighthouse/issues/754, https://github.com/submariner-io/lighthouse/issues/755
    const zzzc = set().member('zzzc');
    const stated = [
      {},
      { ready: true },
      { ready: false, serving: true },
      { serving: false, terminating: true },
      { ready: true, serving: true, terminating: false },
    ];
    await zzzc.service(headless('prod', 'unset'));
    const written = stated.map((conditions, at) => endpoint(`198.18.11.${31 + at}`, { conditions }));
    await zzzc.slice(slice('prod', 'unset', 'a', written));
    await zzzc.exports('prod', 'unset');
    for (const member of set().members) {
      await awaitSlices(member, 'prod', 'unset', 'zzzc', ([shown]) =>
        expect(shown?.endpoints?.map(({ conditions }) => conditions)).toEqual(stated),
      );
    }
  });

  it('whose readiness alone changes (aws-cloud-map#327)', async () => {
    // https://github.com/aws/aws-cloud-map-mcs-controller-for-k8s/issues/327: only addresses were compared.
    const zzzc = set().member('zzzc');
    await zzzc.service(headless('prod', 'flipping'));
    await zzzc.slice(slice('prod', 'flipping', 'a', [endpoint('198.18.11.41')]));
    await zzzc.exports('prod', 'flipping');
    const steps = [
      { ready: true, serving: true, terminating: false },
      { ready: false, serving: false, terminating: false },
      { ready: false, serving: true, terminating: true },
    ];
    for (const conditions of steps) {
      await zzzc.slice(slice('prod', 'flipping', 'a', [endpoint('198.18.11.41', { conditions })]));
      for (const member of set().members) {
        await awaitSlices(member, 'prod', 'flipping', 'zzzc', ([shown]) =>
          expect(shown?.endpoints?.[0]?.conditions).toEqual(conditions),
        );
      }
    }
  });

  it('as the stock controller judges them: ready, not ready, terminating, and with publishNotReadyAddresses (lighthouse#1090)', async (context) => {
    // https://github.com/submariner-io/lighthouse/issues/1090, https://github.com/submariner-io/lighthouse/issues/1241
    skipWithout(context, set().cluster('zzzc'), 'controllers');
    const zzzc = set().member('zzzc');
    await node(zzzc, 'node-1', 'zone-a');
    const labels = { app: 'judged' };
    const common = { node: 'node-1', labels, subdomain: 'judged' };
    await pod(zzzc, 'prod', 'up', { ...common, address: '198.18.11.61', ready: true });
    await pod(zzzc, 'prod', 'down', { ...common, address: '198.18.11.62', ready: false });
    await pod(zzzc, 'prod', 'going', { ...common, address: '198.18.11.63', ready: true });
    // Its kubelet would confirm the end; until then it terminates.
    await zzzc.deletes(pods, 'prod', 'going');
    const { spec } = headless('prod', 'judged', { selector: labels });
    await zzzc.service(headless('prod', 'judged', spec));
    await zzzc.service(headless('prod', 'judged-early', { ...spec, publishNotReadyAddresses: true }));
    await zzzc.exports('prod', 'judged');
    await zzzc.exports('prod', 'judged-early');
    const [up, down, going] = [
      { ready: true, serving: true, terminating: false },
      { ready: false, serving: false, terminating: false },
      { ready: false, serving: true, terminating: true },
    ];
    const judgement = { '198.18.11.61': up, '198.18.11.62': down, '198.18.11.63': going };
    const early = {
      '198.18.11.61': up,
      '198.18.11.62': { ...down, ready: true },
      '198.18.11.63': { ...going, ready: true },
    };
    for (const [name, expected] of [
      ['judged', judgement],
      ['judged-early', early],
    ] as const) {
      await eventually(`the stock slices of ${name}`, async () => {
        const labelSelector = `${KUBE_SERVICE_NAME_LABEL}=${name}`;
        const { items } = await zzzc.client.list(endpointSlices, { namespace: 'prod', labelSelector });
        expect(conditionsByAddress(items)).toEqual(expected);
      });
      for (const member of set().members) {
        const shown = await awaitSlices(member, 'prod', name, 'zzzc', (slices) =>
          expect(conditionsByAddress(slices)).toEqual(expected),
        );
        // The governing Service's pods have their hostnames in all clusters, others have none.
        const hostnames = shown.flatMap((one) => (one.endpoints ?? []).map(({ hostname }) => hostname));
        expect(hostnames.sort()).toEqual(
          name === 'judged' ? ['down', 'going', 'up'] : [undefined, undefined, undefined],
        );
      }
    }
  });
}

function conditionsByAddress(slices: readonly IEndpointSlice[]): Record<string, Endpoint['conditions']> {
  const all = slices.flatMap((one) => one.endpoints ?? []);
  return Object.fromEntries(all.map(({ addresses: [address], conditions }) => [address, conditions]));
}
