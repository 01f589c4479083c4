import { describe, expect, it } from 'vitest';
import type { IEndpointSlice } from '#apis/kubernetes/endpoint-slice.ts';
import type { IService } from '#apis/kubernetes/service.ts';
import type { IServiceExport } from '#apis/multicluster/service-export.ts';
import { expected, servicesIn } from './expected.ts';
import type { ClusterState, HubState, State } from './state.ts';

const HUB: HubState = {
  precedence: 'ExportTime',
  deny: [],
  allow: [],
  removed: [],
  allowedNamespaces: {},
  recordedAt: {},
};

function service(spec: IService['spec'] = {}): IService {
  return {
    metadata: { namespace: 'ns', name: 'db' },
    spec: { clusterIP: '198.18.201.1', ipFamilies: ['IPv4'], ports: [{ name: 'tcp', port: 80 }], ...spec },
  };
}

function slice(uid: string, address: string, more: Partial<IEndpointSlice> = {}): IEndpointSlice {
  return {
    metadata: { namespace: 'ns', name: uid, uid, labels: { 'kubernetes.io/service-name': 'db' } },
    addressType: 'IPv4',
    ports: [{ name: 'tcp', port: 8080, protocol: 'TCP' }],
    endpoints: [{ addresses: [address], zone: 'z1', nodeName: 'n1' }],
    ...more,
  };
}

function exported(second: number, spec: IServiceExport['spec'] = {}): IServiceExport {
  const creationTimestamp = `2026-01-01T00:00:0${second}Z`;
  return { metadata: { namespace: 'ns', name: 'db', uid: `export-${second}`, creationTimestamp }, spec };
}

function cluster(id: string, more: Partial<ClusterState> = {}): ClusterState {
  return { id, families: ['IPv4'], namespaces: ['ns'], services: [], exports: [], slices: [], ...more };
}

function look(clusters: ClusterState[], hub: Partial<HubState> = {}) {
  return expected({ clusters, hub: { ...HUB, ...hub } }, 'ns', 'db');
}

const A = cluster('a', {
  services: [service()],
  exports: [exported(1)],
  slices: [slice('s1', '198.18.1.1')],
});
const B = cluster('b', {
  services: [service({ clusterIP: 'None', ports: [{ name: 'tcp', port: 81 }] })],
  exports: [exported(2, { exportedLabels: { team: 'x', 'argocd.argoproj.io/instance': 'y' } })],
  slices: [slice('s2', '198.18.2.1')],
});
const C = cluster('c');

describe('what every member must show', () => {
  it('one exporter is imported everywhere, with node and pod only at home', () => {
    const { imports, exports } = look([A, C]);
    expect([...imports.keys()]).toEqual(['a', 'c']);
    expect(imports.get('c')).toEqual({
      type: 'ClusterSetIP',
      ports: [{ name: 'tcp', protocol: 'TCP', port: 80 }],
      families: ['IPv4'],
      sessionAffinity: 'None',
      sessionAffinityConfig: undefined,
      internalTrafficPolicy: 'Cluster',
      trafficDistribution: undefined,
      labels: {},
      annotations: {},
      clusters: ['a'],
      derived: true,
      slices: [
        {
          source: 's1',
          cluster: 'a',
          addressType: 'IPv4',
          ports: [{ name: 'tcp', port: 8080, protocol: 'TCP' }],
          endpoints: [{ addresses: ['198.18.1.1'], conditions: {}, zone: 'z1' }],
        },
      ],
    });
    expect(imports.get('a')?.slices[0]?.endpoints[0]?.nodeName).toBe('n1');
    expect(exports.get('a')).toEqual({ valid: 'Valid', conflicts: [] });
  });

  it('the oldest export decides, both state all conflicts, and a conflicting port stays dark', () => {
    const { imports, exports } = look([B, A, C]);
    const conflicts = ['PortConflict', 'TypeConflict', 'LabelsConflict'];
    expect(exports.get('a')).toEqual({ valid: 'Valid', conflicts });
    expect(exports.get('b')).toEqual({ valid: 'Valid', conflicts });
    expect(imports.get('c')?.type).toBe('ClusterSetIP');
    expect(imports.get('c')?.clusters).toEqual(['a', 'b']);
    expect(imports.get('c')?.slices.map(({ source }) => source)).toEqual(['s1']);
  });

  it('by HubTime the record that the hub saw first decides', () => {
    const recordedAt = { 'export-1': '2026-01-01T00:00:09Z', 'export-2': '2026-01-01T00:00:08Z' };
    const { imports } = look([A, B, C], { precedence: 'HubTime', recordedAt });
    expect(imports.get('c')?.type).toBe('Headless');
    expect(imports.get('c')?.derived).toBe(false);
    expect(imports.get('c')?.labels).toEqual({ team: 'x' });
    expect(imports.get('c')?.slices.map(({ source }) => source)).toEqual(['s2']);
  });

  it('in the same second the cluster id decides', () => {
    const late = { ...A, exports: [exported(2)] };
    expect(look([B, late]).imports.get('a')?.type).toBe('ClusterSetIP');
  });

  it('a port of another name and the same number is served under the merged name', () => {
    const renamed = cluster('b', {
      services: [service({ ports: [{ name: 'web', port: 80 }] })],
      exports: [exported(2)],
      slices: [slice('s2', '198.18.2.1', { ports: [{ name: 'web', port: 9090, protocol: 'TCP' }] })],
    });
    const shown = look([A, renamed])
      .imports.get('a')
      ?.slices.find(({ source }) => source === 's2');
    expect(shown?.ports).toEqual([{ name: 'tcp', port: 9090, protocol: 'TCP' }]);
  });

  it('ports are united, and an unnamed one joins nothing', () => {
    const more = (ports: { name?: string; port: number }[]) =>
      look([A, cluster('b', { services: [service({ ports })], exports: [exported(2)] })]).imports.get('a')
        ?.ports;
    expect(more([{ name: 'two', port: 81 }])?.map(({ name }) => name)).toEqual(['tcp', 'two']);
    expect(more([{ port: 81 }])?.map(({ name }) => name)).toEqual(['tcp']);
  });

  it('families are intersected, and a cluster without any of them has no derived Service', () => {
    const dual = cluster('a', {
      services: [service({ ipFamilies: ['IPv6', 'IPv4'] })],
      exports: [exported(1)],
    });
    const six = cluster('b', { services: [service({ ipFamilies: ['IPv6'] })], exports: [exported(2)] });
    expect(look([dual, six, C]).imports.get('c')).toMatchObject({ families: ['IPv6'], derived: false });
    const four = cluster('b', { services: [service()], exports: [exported(2)] });
    const last = cluster('c', { services: [service({ ipFamilies: ['IPv6'] })], exports: [exported(3)] });
    const { imports, exports } = look([dual, four, last]);
    expect(imports.get('c')).toMatchObject({ families: ['IPv4'], derived: true });
    expect(exports.get('a')?.conflicts).toEqual(['IPFamilyConflict']);
  });

  it.each([
    ['no Service', { services: [] }, 'NoService'],
    ['ExternalName', { services: [service({ type: 'ExternalName' })] }, 'InvalidServiceType'],
  ] as const)('%s is not exported, and says so', (_, part, valid) => {
    const { imports, exports } = look([{ ...A, ...part }, C]);
    expect(imports.size).toBe(0);
    expect(exports.get('a')).toEqual({ valid, conflicts: undefined });
  });

  it.each<[string, Partial<HubState>]>([
    ['denied for all', { deny: ['ns'] }],
    ['not among those of the member', { allowedNamespaces: { a: ['other'] } }],
  ])('a namespace that is %s does not travel', (_, hub) => {
    const { imports, exports } = look([A, C], hub);
    expect(imports.size).toBe(0);
    expect(exports.get('a')?.valid).toBe('NamespaceNotAllowed');
  });

  it('an exception beats the denial', () => {
    expect(look([A], { deny: ['ns'], allow: ['ns'] }).imports.size).toBe(1);
  });

  it('a cluster that is out of the set gives nothing, and is not spoken of', () => {
    const { imports, exports } = look([A, B, C], { removed: ['a'] });
    expect([...imports.keys()]).toEqual(['b', 'c']);
    expect(imports.get('b')?.clusters).toEqual(['b']);
    expect([...exports.keys()]).toEqual(['b']);
  });

  it('nothing is shown where the namespace is not', () => {
    expect([...look([A, { ...C, namespaces: [] }]).imports.keys()]).toEqual(['a']);
  });

  it('imported slices, FQDN slices and addresses of clouds are nobody’s endpoints', () => {
    const labels = { 'kubernetes.io/service-name': 'db', 'multicluster.kubernetes.io/source-cluster': 'x' };
    const slices = [
      slice('s1', '198.18.1.1', {
        endpoints: [{ addresses: ['100.100.100.200'] }, { addresses: ['198.18.1.2'] }],
      }),
      slice('s2', '198.18.1.3', { metadata: { namespace: 'ns', name: 's2', uid: 's2', labels } }),
      slice('s3', 'db.example.com', { addressType: 'FQDN' }),
    ];
    const shown = look([{ ...A, slices }]).imports.get('a')?.slices;
    expect(shown?.flatMap(({ endpoints }) => endpoints.flatMap(({ addresses }) => addresses))).toEqual([
      '198.18.1.2',
    ]);
  });

  it('zones become hints where the merged policy wants them, nodes only at home', () => {
    const near = { ...A, services: [service({ trafficDistribution: 'PreferSameNode' })] };
    const hints = (id: string) => look([near, C]).imports.get(id)?.slices[0]?.endpoints[0]?.hints;
    expect(hints('a')).toEqual({ forZones: [{ name: 'z1' }], forNodes: [{ name: 'n1' }] });
    expect(hints('c')).toEqual({ forZones: [{ name: 'z1' }] });
  });

  it('lists each service that anybody means to export once', () => {
    const state: State = { clusters: [A, B, C], hub: HUB };
    expect(servicesIn(state)).toEqual([{ namespace: 'ns', name: 'db' }]);
  });
});
