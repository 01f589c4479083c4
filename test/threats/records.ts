import { randomUUID } from 'node:crypto';
import { exportedEndpointSlices, exportedSliceName } from '#apis/hub/exported-endpoint-slice.ts';
import { exportedServiceName, exportedServices } from '#apis/hub/exported-service.ts';
import { memberReports, REPORT_NAME } from '#apis/hub/member-report.ts';
import { sliceHash } from '#controllers/endpoints/names.ts';
import type { Answer } from '#test/clusters/admin.ts';
import type { StolenCredential } from './credential.ts';

/** The kube-system UID that a taken over member goes by. */
export const EVIL_UID = randomUUID();
const SEQUENCE = 1;

/** The report of a member, naming what it claims to export: `<namespace>.<service>`. */
export function report(clusterSetUID: string, services: readonly string[]): object {
  const inventory = { sequence: SEQUENCE, services: [...services].sort() };
  return { spec: { clusterUID: EVIL_UID, clusterSetUID, agentVersion: 'none', inventory } };
}

/** The record of a Service with one slice; `spec` overrides any part. */
export function serviceRecord(namespace: string, name: string, spec: object = {}): object {
  return {
    spec: {
      service: { namespace, name },
      export: { uid: randomUUID(), creationTimestamp: '2026-01-01T00:00:00Z' },
      type: 'ClusterSetIP',
      ports: [{ name: 'tcp', port: 5432, protocol: 'TCP' }],
      ipFamilies: ['IPv4'],
      inventory: { sequence: SEQUENCE, slices: [sliceHash('a')] },
      asserted: { uid: EVIL_UID, sequence: SEQUENCE },
      ...spec,
    },
  };
}

/** The record of that slice. */
export function sliceRecord(addresses: readonly string[], spec: object = {}): object {
  return {
    spec: {
      addressType: 'IPv4',
      ports: [{ name: 'tcp', port: 5432, protocol: 'TCP' }],
      source: { uid: randomUUID(), generation: 1 },
      asserted: { uid: EVIL_UID, sequence: SEQUENCE },
      endpoints: addresses.map((address) => `${address} RSt`),
      ...spec,
    },
  };
}

/** Publishes a Service and a slice of it, as an agent would; returns what the API server said to each. */
export async function publishes(
  thief: StolenCredential,
  owner: string,
  [namespace, name]: readonly [string, string],
  addresses: readonly string[],
  spec: object = {},
): Promise<Answer[]> {
  return [
    await thief.creates(
      exportedServices,
      owner,
      exportedServiceName(namespace, name),
      serviceRecord(namespace, name, spec),
    ),
    await thief.creates(
      exportedEndpointSlices,
      owner,
      exportedSliceName(namespace, name, sliceHash('a')),
      sliceRecord(addresses),
    ),
  ];
}

export const REPORT = [memberReports, REPORT_NAME] as const;
