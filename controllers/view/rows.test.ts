import { describe, expect, it, test } from 'vitest';
import { type IMember, memberNamespace } from '#apis/hub/member.ts';
import type { AddressType, Endpoint, IEndpointSlice } from '#apis/kubernetes/endpoint-slice.ts';
import {
  MANAGED_BY,
  SERVICE_NAME_LABEL,
  SLICE_MANAGED_BY_LABEL,
  SOURCE_CLUSTER_LABEL,
} from '#apis/labels.ts';
import type { IServiceExport } from '#apis/multicluster/service-export.ts';
import type { IServiceImport } from '#apis/multicluster/service-import.ts';
import { renderTable } from '#src/cli/output/table.ts';
import { countEndpoints } from './counts.ts';
import { endpointsRows } from './endpoints.ts';
import { EXPORT_COLUMNS, exportRow } from './exports.ts';
import { IMPORT_COLUMNS, importRow } from './imports.ts';
import { MEMBER_COLUMNS, memberRow, memberTrouble } from './members.ts';

const at = '2026-01-01T00:00:00Z';
const now = Date.parse('2026-01-01T00:01:00Z');

function slice(
  cluster: string,
  addresses: string[],
  ready = true,
  type: AddressType = 'IPv4',
): IEndpointSlice {
  const endpoints: Endpoint[] = addresses.map((address) => ({ addresses: [address], conditions: { ready } }));
  return {
    metadata: {
      namespace: 'prod',
      name: `db-${cluster}-${type}`,
      creationTimestamp: at,
      labels: {
        [SERVICE_NAME_LABEL]: 'db',
        [SOURCE_CLUSTER_LABEL]: cluster,
        [SLICE_MANAGED_BY_LABEL]: MANAGED_BY,
      },
    },
    addressType: type,
    endpoints,
    ports: [{ name: 'pg', port: 5432, protocol: 'TCP' }],
  };
}

const condition = (type: string, status: 'True' | 'False', reason: string) => ({
  type,
  status,
  reason,
  message: `${reason}.`,
  lastTransitionTime: at,
});

describe('endpoints', () => {
  it('are counted once although each family has a slice', () => {
    const both = [
      slice('zzzc', ['198.18.1.1', '198.18.1.2']),
      slice('zzzc', ['fd01::1', 'fd01::2'], true, 'IPv6'),
    ];
    expect(countEndpoints(both)).toEqual({ ready: 2, total: 2 });
    expect(countEndpoints([...both, slice('shbt', ['198.18.2.1'], false)])).toEqual({ ready: 2, total: 3 });
  });

  it('of a slice that the API server sent without a list are none', () => {
    expect(countEndpoints([{ ...slice('zzzc', []), endpoints: null }])).toEqual({ ready: 0, total: 0 });
  });

  it('whose readiness is not stated are ready', () => {
    const unset = { ...slice('zzzc', []), endpoints: [{ addresses: ['198.18.1.1'] }] };
    expect(countEndpoints([unset])).toEqual({ ready: 1, total: 1 });
  });

  it('make one row for each Service and cluster, with the addresses that are ready', () => {
    const rows = endpointsRows([
      slice('zzzc', ['198.18.1.1']),
      slice('shbt', ['198.18.2.1'], false),
      slice('zzzc', ['fd01::1'], true, 'IPv6'),
    ]);
    expect(rows).toMatchObject([
      { name: 'db', cluster: 'shbt', addresses: [], slices: ['db-shbt-IPv4'] },
      { name: 'db', cluster: 'zzzc', addresses: ['198.18.1.1', 'fd01::1'], ports: [{ port: 5432 }] },
    ]);
  });
});

const db: IServiceImport = {
  metadata: { namespace: 'prod', name: 'db', creationTimestamp: at },
  spec: {
    type: 'Headless',
    ports: [
      { name: 'pg', port: 5432 },
      { name: 'dns', port: 53, protocol: 'UDP' },
    ],
  },
};

test('an import that nobody has judged yet says so', () => {
  const row = importRow(db, []);
  expect(renderTable(IMPORT_COLUMNS, [row], { wide: false, now })).toBe(
    'NAME   TYPE       IP     PORTS             CLUSTERS   ENDPOINTS   READY     AGE\n' +
      'db     Headless   None   5432/TCP,53/UDP   <none>     0/0         Unknown   60s\n',
  );
});

test('an export counts what its own cluster contributes, not what was imported', () => {
  const local = { ...slice('', ['198.18.1.1']), metadata: { namespace: 'prod', name: 'db-x', labels: {} } };
  const object: IServiceExport = {
    metadata: { namespace: 'prod', name: 'db', creationTimestamp: at },
    status: {
      conditions: [
        condition('Valid', 'True', 'Valid'),
        condition('Ready', 'True', 'Exported'),
        condition('Conflict', 'True', 'PortConflict'),
      ],
    },
  };
  const imported = { ...db, status: { clusters: [{ cluster: 'zzzc' }, { cluster: 'shbt' }] } };
  const row = exportRow(object, { slices: [local, slice('shbt', ['198.18.2.1'])], import: imported });
  expect(renderTable(EXPORT_COLUMNS, [row], { wide: true, now })).toBe(
    'NAME   VALID   READY   CONFLICT   CLUSTERS    ENDPOINTS   AGE   REASON         MESSAGE\n' +
      'db     True    True    True       shbt,zzzc   1/1         60s   PortConflict   PortConflict.\n',
  );
});

describe('a member', () => {
  const member: IMember = {
    metadata: { name: 'zzzc', creationTimestamp: at },
    spec: { removed: ['uid-1'] },
    status: { claimedUID: 'uid-1', conditions: [condition('Claimed', 'True', 'Claimed')] },
  };
  const report = {
    metadata: { namespace: memberNamespace('zzzc'), name: 'report' },
    spec: {
      clusterUID: 'uid-1',
      clusterSetUID: 'set-1',
      agentVersion: '1.2.3',
      inventory: { sequence: 1, services: ['prod.db'] },
    },
  };

  it('shows what it reports and when', () => {
    const lease = {
      metadata: { name: 'tombolo-member' },
      spec: { renewTime: '2026-01-01T00:00:50.000000Z' },
    };
    const row = memberRow(member, report, lease);
    expect(row.removed).toBe(true);
    expect(renderTable(MEMBER_COLUMNS, [row], { wide: false, now })).toBe(
      'NAME   CLAIMED   REACHABLE   REPORT   EXPORTS   VERSION   AGE\n' +
        'zzzc   True      Unknown     10s      1         1.2.3     60s\n',
    );
  });

  it('that never reported, or wrote another shape, has no figures', () => {
    const hostile = { ...report, spec: Object.assign({}, report.spec, { inventory: { services: 'all' } }) };
    for (const one of [undefined, hostile]) {
      expect(memberRow(member, one, undefined)).not.toHaveProperty('exports');
      expect(memberRow(member, one, undefined)).not.toHaveProperty('reported');
    }
  });

  it('that is claimed, but not heard of, is in trouble for that', () => {
    const claimed = { status: 'True', reason: 'Claimed', message: '' } as const;
    const silent = { status: 'False', reason: 'LeaseNotRenewed', message: '' } as const;
    const unstated = { status: 'Unknown', reason: '', message: '' } as const;
    expect(memberTrouble({ claimed, reachable: silent })).toBe(silent);
    expect(memberTrouble({ claimed, reachable: unstated })).toBe(claimed);
    expect(memberTrouble({ claimed: unstated, reachable: silent })).toBe(unstated);
  });
});
