import { describe, expect, it } from 'vitest';
import { ABSENT_NAMESPACES_ANNOTATION } from '#apis/kubernetes/lease.ts';
import { SOURCES_ANNOTATION } from '#apis/labels.ts';
import { condition, type Scene, scene } from '#test/builders/traces.ts';
import { endpoint, pod, slice } from '#test/driver/builders.ts';
import { Fixes } from './facts.ts';
import { describeFix, isBroken } from './hop.ts';
import type { Traced } from './name.ts';
import { walk } from './trace.ts';

const fixes = new Fixes({ program: 'tombolo', clusters: '', kubeconfig: '' });
const DB: Traced = { namespace: 'prod', service: 'db' };
const POD: Traced = { ...DB, pod: { hostname: 'db-0', cluster: 'zzzc' } };

/** Walks from zzzc to shbt. */
function trace({ zzzc, shbt, hub }: Scene, traced: Traced = DB) {
  return walk({ members: [zzzc, shbt], hub, traced }, fixes).paths.filter(({ to }) => to !== 'zzzc');
}

/** `hop id` of every hop that is broken. */
function brokenIn(set: Scene, traced?: Traced): string[] {
  return trace(set, traced).flatMap(({ hops }) =>
    hops.filter(isBroken).map(({ hop, cluster, id }) => `${hop} in ${cluster}: ${id}`),
  );
}

describe('where all is well', () => {
  it('every hop is told, from the Service to the imported slice', () => {
    const told = trace(scene('ClusterSetIP')).flatMap(({ hops }) =>
      hops.map(({ hop, result }) => `${hop} ${result}`),
    );
    expect(told).toEqual([
      'Service ok',
      'ServiceExport ok',
      'EndpointSlice ok',
      'Member ok',
      'record ok',
      'record ok',
      'ServiceImport ok',
      'derived Service ok',
      'imported slice ok',
    ]);
  });

  it('the same holds of one pod, and of an exporter that no context leads to', () => {
    const { shbt, hub } = scene();
    expect(brokenIn(scene(), POD)).toEqual([]);
    const { paths, open } = walk({ members: [shbt], hub, traced: DB }, fixes);
    expect(paths[0]?.hops[0]).toMatchObject({
      result: 'not tried',
      says: 'no --context leads to this cluster',
    });
    expect(open.map(({ exporter, importer }) => [exporter, importer.cluster])).toEqual([['zzzc', 'shbt']]);
  });

  it('without a hub the records are not tried, and the rest is', () => {
    const { zzzc, shbt } = scene();
    const { paths } = walk({ members: [zzzc, shbt], hub: undefined, traced: DB }, fixes);
    const record = paths[0]?.hops.find(({ hop }) => hop === 'record');
    expect(record).toMatchObject({ result: 'not tried', says: 'no --hub-context is given' });
    expect(paths.find(({ to }) => to === 'shbt')?.hops.some(isBroken)).toBe(false);
  });
});

describe('a walk ends at the first hop that is broken:', () => {
  const breaks: [string, (set: Scene) => void, string, Traced?][] = [
    [
      'no Service',
      ({ zzzc }) => {
        zzzc.service = undefined;
      },
      'Service in zzzc: TB035',
    ],
    [
      'not exported',
      ({ zzzc, hub }) => {
        zzzc.serviceExport = undefined;
        hub.services = [];
      },
      'ServiceExport in zzzc: TB030',
    ],
    [
      'export refused',
      (set) => says(set, condition('Valid', 'False', 'NamespaceNotAllowed')),
      'ServiceExport in zzzc: TB031',
    ],
    [
      'export not sent',
      (set) => says(set, condition('Valid', 'True', 'Valid'), condition('Ready', 'False', 'Pending')),
      'ServiceExport in zzzc: TB032',
    ],
    ['no agent that says anything', (set) => says(set), 'ServiceExport in zzzc: TB032'],
    [
      'no slice',
      ({ zzzc }) => {
        zzzc.slices = [];
      },
      'EndpointSlice in zzzc: TB036',
    ],
    [
      'nobody ready',
      ({ zzzc }) => {
        zzzc.slices = [
          slice('prod', 'db', 'a', [pod('db-0', '198.18.1.7', { conditions: { ready: false } })]),
        ];
      },
      'EndpointSlice in zzzc: TB036',
    ],
    [
      'an address that means nothing elsewhere',
      ({ zzzc }) => {
        zzzc.slices = [slice('prod', 'db', 'a', [pod('db-0', '127.0.0.1')])];
      },
      'EndpointSlice in zzzc: TB036',
    ],
    [
      'another pod',
      ({ zzzc }) => {
        zzzc.slices = [slice('prod', 'db', 'a', [pod('db-1', '198.18.1.7')])];
      },
      'EndpointSlice in zzzc: TB039',
      POD,
    ],
    [
      'a pod without a hostname',
      ({ zzzc }) => {
        zzzc.slices = [
          slice('prod', 'db', 'a', [endpoint('198.18.1.7', { targetRef: { kind: 'Pod', name: 'db-0' } })]),
        ];
      },
      'EndpointSlice in zzzc: TB034',
      POD,
    ],
    [
      'no Member',
      ({ hub }) => {
        hub.members = [];
      },
      'Member in hub: TB021',
    ],
    [
      'a Member that is somebody else',
      ({ hub }) => {
        hub.members = [
          {
            metadata: { name: 'zzzc' },
            status: { conditions: [condition('Claimed', 'False', 'DuplicateClaim')] },
          },
        ];
      },
      'Member in hub: TB021',
    ],
    [
      'no record',
      ({ hub }) => {
        hub.services = [];
      },
      'record in hub: TB037',
    ],
    [
      'a record that no importer takes',
      ({ hub }) => {
        hub.clusterSet = { ...hub.clusterSet, spec: { namespaces: { deny: ['prod'] } } };
      },
      'record in hub: TB038',
    ],
    [
      'no record of the slice',
      ({ hub }) => {
        hub.slices = [];
      },
      'record in hub: TB037',
    ],
    [
      'a record of an older state',
      ({ zzzc }) => {
        zzzc.slices = zzzc.slices.map((one) => ({
          ...one,
          metadata: { ...one.metadata, generation: 2 },
        }));
      },
      'record in hub: TB037',
    ],
    [
      'no namespace in the importer',
      ({ shbt }) => {
        shbt.namespace = undefined;
      },
      'Namespace in shbt: TB044',
    ],
    [
      'no import',
      ({ shbt }) => {
        shbt.serviceImport = undefined;
      },
      'ServiceImport in shbt: TB045',
    ],
    [
      'a foreign import',
      (set) =>
        importIs(set, ({ metadata }) => {
          metadata.labels = {};
        }),
      'ServiceImport in shbt: TB043',
    ],
    [
      'an import of others',
      (set) =>
        importIs(set, (object) => {
          object.status = { ...object.status, clusters: [{ cluster: 'bjpdc' }] };
        }),
      'ServiceImport in shbt: TB045',
    ],
    [
      'an import that cannot be used',
      (set) =>
        importIs(set, (object) => {
          object.status = {
            ...object.status,
            conditions: [condition('Ready', 'False', 'IPFamilyNotSupported')],
          };
        }),
      'ServiceImport in shbt: TB040',
    ],
    [
      'no derived Service',
      ({ shbt }) => {
        shbt.derived = [];
      },
      'derived Service in shbt: TB046',
    ],
    [
      'a foreign derived Service',
      ({ shbt }) => {
        shbt.derived = shbt.derived.map((one) => ({
          ...one,
          metadata: { ...one.metadata, labels: {} },
        }));
      },
      'derived Service in shbt: TB043',
    ],
    [
      'another address',
      ({ shbt }) => {
        shbt.derived = shbt.derived.map((one) => ({
          ...one,
          spec: { clusterIP: '10.0.0.1', clusterIPs: ['10.0.0.1'] },
        }));
      },
      'derived Service in shbt: TB046',
    ],
    [
      'no imported slice',
      ({ shbt }) => {
        shbt.slices = [];
      },
      'imported slice in shbt: TB047',
    ],
    [
      'an imported slice of an older state',
      ({ shbt }) => {
        shbt.slices = shbt.slices.map((one) => ({ ...one, endpoints: [] }));
      },
      'imported slice in shbt: TB047',
    ],
    [
      'endpoints that are withdrawn',
      (set) =>
        importIs(set, ({ metadata }) => {
          metadata.annotations = {
            ...metadata.annotations,
            [SOURCES_ANNOTATION]: JSON.stringify({
              zzzc: { uid: 'u', sequence: 1, inventory: 1, withheld: true },
            }),
          };
        }),
      'imported slice in shbt: TB047',
    ],
  ];

  it.each(breaks)('%s', (_what, spoil, broken, traced) => {
    const set = scene('ClusterSetIP');
    spoil(set);
    expect(brokenIn(set, traced)).toEqual([broken]);
    const path = trace(set, traced).find(({ hops }) => hops.some(isBroken));
    const last = path?.hops.at(-1);
    expect(last && isBroken(last)).toBe(true);
    expect(last && describeFix(last, 'tombolo')).toMatch(/^TB\d{3}: .+\n {2}run: (kubectl|tombolo) .+\n/);
  });

  it('a record that its own inventory no longer names counts as withdrawn', () => {
    const set = scene();
    set.hub.reports = set.hub.reports.map((report) => ({
      ...report,
      spec: { ...report.spec, inventory: { sequence: 9, services: [] } },
    }));
    expect(brokenIn(set)).toEqual(['record in hub: TB037']);
  });

  it('a conflict and a silent member are told, and break nothing', () => {
    const set = scene();
    says(
      set,
      condition('Valid', 'True', 'Valid'),
      condition('Ready', 'True', 'Exported'),
      condition('Conflict', 'True', 'PortConflict'),
    );
    set.hub.members[0]?.status?.conditions?.push(condition('Reachable', 'False', 'LeaseNotRenewed'));
    expect(brokenIn(set)).toEqual([]);
    const told = trace(set).flatMap(({ hops }) => hops.map((hop) => hop.says));
    expect(told).toContainEqual(expect.stringContaining('TB033'));
    expect(told).toContainEqual(expect.stringContaining('TB022'));
  });

  it('a member without the namespace says so on the hub: its context is not needed (guards against https://github.com/submariner-io/lighthouse/issues/685)', () => {
    const set = scene();
    set.hub.leases = [
      {
        metadata: {
          namespace: 'member-bjpdc',
          name: 'tombolo-member',
          annotations: { [ABSENT_NAMESPACES_ANNOTATION]: 'calm,prod' },
        },
      },
    ];
    expect(brokenIn(set)).toEqual(['ServiceImport in bjpdc: TB044']);
  });
});

function says({ zzzc }: Scene, ...conditions: ReturnType<typeof condition>[]) {
  if (zzzc.serviceExport !== undefined)
    zzzc.serviceExport = { ...zzzc.serviceExport, status: { conditions } };
}

function importIs({ shbt }: Scene, change: (object: NonNullable<Scene['shbt']['serviceImport']>) => void) {
  if (shbt.serviceImport !== undefined) change(shbt.serviceImport);
}
