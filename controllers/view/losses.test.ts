import { describe, expect, it } from 'vitest';
import { ExportedEndpointSlice, type IExportedEndpointSlice } from '#apis/hub/exported-endpoint-slice.ts';
import { ExportedService, type IExportedService } from '#apis/hub/exported-service.ts';
import { Member } from '#apis/hub/member.ts';
import { ABSENT_NAMESPACES_ANNOTATION, type ILease } from '#apis/kubernetes/lease.ts';
import { lossesOf } from './losses.ts';

const asserted = { uid: 'u', sequence: 1 };

function service(cluster: string, name: string): IExportedService {
  return new ExportedService({
    metadata: { namespace: `member-${cluster}`, name: `prod.${name}` },
    spec: {
      service: { namespace: 'prod', name },
      export: { uid: 'e', creationTimestamp: '2026-01-01T00:00:00Z' },
      type: 'Headless',
      ports: [],
      inventory: { sequence: 1, slices: [] },
      asserted,
    },
  });
}

function slice(
  cluster: string,
  name: string,
  family: 'IPv4' | 'IPv6',
  count: number,
): IExportedEndpointSlice {
  return new ExportedEndpointSlice({
    metadata: { namespace: `member-${cluster}`, name: `prod.${name}` },
    spec: {
      addressType: family,
      ports: [],
      source: { uid: 's', generation: 1 },
      endpoints: Array.from({ length: count }, () => 'line'),
      asserted,
    },
  });
}

const members = ['zzzc', 'shbt', 'bjpdc'].map(
  (name) =>
    new Member({
      metadata: { name },
      spec: {},
      status: {
        conditions: [
          {
            type: 'Claimed',
            status: 'True',
            reason: 'Claimed',
            message: '',
            lastTransitionTime: '2026-01-01T00:00:00Z',
          },
        ],
      },
    }),
);

describe('what disappears where', () => {
  it('is every Service of the member, in every other one that has its namespace', () => {
    const lease: ILease = {
      metadata: {
        name: 'tombolo-member',
        namespace: 'member-bjpdc',
        annotations: { [ABSENT_NAMESPACES_ANNOTATION]: 'prod' },
      },
    };
    const services = [service('zzzc', 'db'), service('shbt', 'db'), service('zzzc', 'api')];
    const slices = [
      slice('zzzc', 'db.1', 'IPv4', 2),
      slice('zzzc', 'db.2', 'IPv6', 2),
      slice('zzzc', 'db.3', 'IPv4', 1),
      slice('shbt', 'db.1', 'IPv4', 7),
      // Another Service whose name begins alike.
      slice('zzzc', 'db-2.1', 'IPv4', 9),
    ];
    expect(lossesOf('zzzc', { members, leases: [lease], services, slices })).toEqual([
      { namespace: 'prod', service: 'api', endpoints: 0, left: [], where: ['shbt'] },
      { namespace: 'prod', service: 'db', endpoints: 3, left: ['shbt'], where: ['shbt'] },
    ]);
  });

  it('is nothing where it exports nothing', () => {
    expect(lossesOf('bjpdc', { members, leases: [], services: [service('zzzc', 'db')], slices: [] })).toEqual(
      [],
    );
  });
});
