import type { IEndpointSlice } from '#apis/kubernetes/endpoint-slice.ts';
import type { IService } from '#apis/kubernetes/service.ts';
import type { KubeObject } from '#apis/meta.ts';
import type { IServiceExport } from '#apis/multicluster/service-export.ts';
import type { IServiceImport } from '#apis/multicluster/service-import.ts';
import type { Write } from './audit-tail.ts';
import type { Inventories, MemberSeen } from './deletions.ts';
import type { MemberId } from './script.ts';
import type { Sight } from './watched.ts';
import { World } from './world.ts';

export const NS = 'h1';
export const [READER, SOURCE]: [MemberId, MemberId] = ['bjpdc', 'zzzc'];

/** zzzc exports `db` with one slice from 1,000 on. */
export function world(): World {
  const made = new World({ seed: 1, namespace: NS }, () => ['IPv4'], 0);
  const moments = made.of(SOURCE);
  const service: IService = {
    metadata: { namespace: NS, name: 'db' },
    spec: { clusterIP: '198.18.203.1', ipFamilies: ['IPv4'], ports: [{ name: 'tcp', port: 80 }] },
  };
  const exported: IServiceExport = {
    metadata: { namespace: NS, name: 'db', uid: 'e', creationTimestamp: '2026-01-01T00:00:00Z' },
  };
  const next = {
    ...moments.now,
    services: [service],
    exports: [exported],
    slices: [slice('s', 1, '198.18.3.1')],
  };
  moments.become(next, 1_000, 1_010);
  return made;
}

export function slice(uid: string, generation: number, address: string): IEndpointSlice {
  return {
    metadata: {
      namespace: NS,
      name: 'db-x',
      uid,
      generation,
      labels: { 'kubernetes.io/service-name': 'db' },
    },
    addressType: 'IPv4',
    ports: [{ name: 'tcp', port: 8080, protocol: 'TCP' }],
    endpoints: [{ addresses: [address] }],
  };
}

export function imported(uid: string, generation: number, address: string): IEndpointSlice {
  return {
    ...slice(uid, generation, address),
    metadata: {
      namespace: NS,
      name: 'db-zzzc-1',
      uid: 'i',
      labels: {
        'multicluster.kubernetes.io/service-name': 'db',
        'multicluster.kubernetes.io/source-cluster': SOURCE,
      },
      annotations: { 'tombolo.dev/source': `${uid}/${generation}`, 'tombolo.dev/asserted': 'u/20' },
    },
  };
}

export function serviceImport(port: number): IServiceImport {
  return {
    metadata: {
      namespace: NS,
      name: 'db',
      uid: 'j',
      annotations: { 'tombolo.dev/sources': JSON.stringify({ [SOURCE]: { uid: 'u', sequence: 10 } }) },
    },
    spec: {
      type: 'ClusterSetIP',
      ports: [{ name: 'tcp', protocol: 'TCP', port }],
      sessionAffinity: 'None',
      internalTrafficPolicy: 'Cluster',
    },
  };
}

export function seen<T extends KubeObject>(at: number, object: T): Sight<T> {
  return { at, is: 'seen', object };
}

export function deleted<T extends KubeObject>(at: number, object: T): Sight<T> {
  return { at, is: 'deleted', object };
}

export function write(
  verb: string,
  resource: string,
  name: string,
  at = 0,
  more: Partial<Write> = {},
): Write {
  return { user: 'agent', verb, resource, subresource: '', namespace: NS, name, at, ...more };
}

export function member(more: Partial<MemberSeen>): MemberSeen {
  return {
    id: READER,
    imports: [],
    services: [],
    slices: [],
    gaps: [],
    writes: [],
    troubles: [],
    silences: [],
    ...more,
  };
}

/** The report that named the service came at 1,050, its inventory of slices at 1,060. */
export const INVENTORIES: Inventories = new Map([
  [
    SOURCE,
    {
      reports: [
        seen(1_050, {
          metadata: { name: 'report' },
          spec: {
            clusterUID: 'u',
            clusterSetUID: 'set',
            agentVersion: '',
            inventory: { sequence: 10, services: [`${NS}.db`] },
          },
        }),
      ],
      services: [
        seen(1_060, {
          metadata: { name: `${NS}.db` },
          spec: {
            service: { namespace: NS, name: 'db' },
            export: { uid: 'e', creationTimestamp: '2026-01-01T00:00:00Z' },
            type: 'ClusterSetIP' as const,
            ports: [],
            inventory: { sequence: 20, slices: ['x'] },
            asserted: { uid: 'u', sequence: 10 },
          },
        }),
      ],
      troubles: [],
    },
  ],
]);
