import { deepEqual, equal, match, notEqual, ok } from 'node:assert/strict';
import type { IEndpointSlice } from '#apis/kubernetes/endpoint-slice.ts';
import { SLICE_MANAGED_BY_LABEL, SOURCE_CLUSTER_LABEL } from '#apis/labels.ts';
import { kep } from '../kep.ts';
import type { Chapter } from '../spec.ts';

/** One or two DNS labels. */
const CLUSTER_ID = /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?(\.[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?)?$/;

export const endpointSlices: Chapter = {
  title: 'EndpointSlices',
  specs: [
    {
      id: 'slices.announced',
      says: 'The import says whether there are EndpointSlices for it.',
      kep: kep.endpointSlices('Implementations must publish whether imported'),
      level: 'required',
      async run({ east, everywhere }) {
        await east.serves('web');
        await east.exports('web');
        await everywhere(async ({ sees }) => {
          const { status } = await sees.import('web', (found) => ok(found.status?.endpointSliceObjects));
          const said = status?.endpointSliceObjects;
          await sees.slices('web', (slices) => equal(slices.length > 0 ? 'Present' : 'Absent', said));
        });
      },
    },
    {
      id: 'slices.one-source',
      says: 'Each imported slice holds endpoints of one cluster, which a label names; the Service is named by another.',
      kep: kep.endpointSlices('containing only endpoints from a single source'),
      level: 'optional',
      async run({ east, west, everywhere }) {
        const own = new Map([
          [east.id, await east.serves('web', {}, 2)],
          [west.id, await west.serves('web', {}, 2)],
        ]);
        await east.exports('web');
        await west.exports('web');
        await everywhere(({ sees }) =>
          sees.slices('web', (slices) => {
            for (const [id, backends] of own) {
              match(id, CLUSTER_ID);
              const addresses = backends.flatMap((backend) => backend.addresses);
              deepEqual(addressesIn(slices.filter((slice) => sourceOf(slice) === id)), addresses.sort());
            }
          }),
        );
      },
    },
    {
      id: 'slices.managed-by',
      says: 'Imported slices are marked as managed by the implementation, not by the controller of Kubernetes.',
      kep: kep.endpointSlices('must be marked as managed by the'),
      level: 'optional',
      async run({ east, everywhere }) {
        await east.serves('web');
        await east.exports('web');
        await everywhere(({ sees }) =>
          sees.slices('web', (slices) => {
            notEqual(slices.length, 0);
            for (const { metadata } of slices) {
              const manager = metadata.labels?.[SLICE_MANAGED_BY_LABEL];
              ok(manager);
              notEqual(manager, 'endpointslice-controller.k8s.io');
            }
          }),
        );
      },
    },
    {
      id: 'slices.owner',
      says: 'Imported slices belong to their import, and go with it.',
      kep: kep.endpointSlices('associated with the derived'),
      level: 'optional',
      async run({ east, everywhere }) {
        await east.serves('web');
        await east.exports('web');
        await everywhere(async ({ sees }) => {
          const { metadata } = await sees.import('web');
          await sees.slices('web', (slices) => {
            notEqual(slices.length, 0);
            for (const slice of slices) {
              deepEqual(
                slice.metadata.ownerReferences?.map(({ kind, uid }) => ({ kind, uid })),
                [{ kind: 'ServiceImport', uid: metadata.uid }],
              );
            }
          });
        });
      },
    },
    {
      id: 'slices.unexported',
      says: 'The slices of an export end with it, those of another cluster stay.',
      kep: kep.endpointSlices('the associated EndpointSlices will be deleted'),
      level: 'optional',
      async run({ east, west, everywhere }) {
        for (const member of [east, west]) {
          await member.serves('web');
          await member.exports('web');
        }
        const sources = (ids: readonly string[]) => (slices: IEndpointSlice[]) =>
          deepEqual([...new Set(slices.map(sourceOf))].sort(), [...ids].sort());
        await everywhere(({ sees }) => sees.slices('web', sources([east.id, west.id])));
        await east.unexports('web');
        await everywhere(({ sees }) => sees.slices('web', sources([west.id])));
        await west.unexports('web');
        await everywhere(({ sees }) => sees.slices('web', sources([])));
      },
    },
    {
      id: 'slices.hostnames-and-zones',
      says: 'Endpoints keep their hostname and their zone.',
      kep: kep.endpointSlices('topology.kubernetes.io/zone'),
      level: 'optional',
      async run({ east, everywhere }) {
        await east.runsSet('db', 2);
        await east.exports('db');
        const sources = await east.sees.ownSlices('db');
        const zones = (slices: readonly IEndpointSlice[]) =>
          slices
            .flatMap(({ endpoints }) => endpoints ?? [])
            .map(({ hostname, zone }) => `${hostname} in ${zone}`)
            .sort();
        await everywhere(({ sees }) =>
          sees.slices('db', (slices) => deepEqual(zones(slices), zones(sources))),
        );
      },
    },
  ],
};

function sourceOf({ metadata }: IEndpointSlice): string | undefined {
  return metadata.labels?.[SOURCE_CLUSTER_LABEL];
}

function addressesIn(slices: readonly IEndpointSlice[]): string[] {
  return slices
    .flatMap(({ endpoints }) => endpoints ?? [])
    .flatMap(({ addresses }) => addresses)
    .sort();
}
