import fc from 'fast-check';
import { exportedServiceName, type IExportedService } from '#apis/hub/exported-service.ts';
import { memberNamespace } from '#apis/hub/member.ts';
import type { ImportPort } from '#apis/multicluster/service-import.ts';
import { admit, type ExportRecord } from '#controllers/conflict/record.ts';

type Spec = IExportedService['spec'];

/** What an exporter says; all the rest is an unremarkable ClusterSetIP Service prod/db with one port. */
export interface Says extends Partial<Omit<Spec, 'service' | 'export' | 'inventory' | 'asserted'>> {
  /** The ServiceExport's creationTimestamp. */
  since?: string;
  /** The hub's stamp of the record. */
  recorded?: string;
  exportUID?: string;
}

const NEW_YEAR = '2026-01-01T00:00:00Z';

/** A record as the hub holds it. */
export function exportedService(cluster: string, says: Says = {}): IExportedService {
  const {
    since = NEW_YEAR,
    recorded = '2026-06-01T00:00:00Z',
    exportUID = `export-${cluster}`,
    ...spec
  } = says;
  return {
    metadata: {
      name: exportedServiceName('prod', 'db'),
      namespace: memberNamespace(cluster),
      uid: `record-${cluster}`,
      creationTimestamp: recorded,
    },
    spec: {
      service: { namespace: 'prod', name: 'db' },
      export: { uid: exportUID, creationTimestamp: since },
      type: 'ClusterSetIP',
      ports: [{ name: 'pg', protocol: 'TCP', port: 5432 }],
      ipFamilies: ['IPv4'],
      inventory: { sequence: 2, slices: [] },
      asserted: { uid: `kube-system-${cluster}`, sequence: 1 },
      ...spec,
    },
  };
}

/** The same after admission; a builder that says something inadmissible is a mistake of the test. */
export function exporter(cluster: string, says: Says = {}): ExportRecord {
  const admission = admit(exportedService(cluster, says), cluster, {
    clusterSet: undefined,
    member: undefined,
  });
  if (!admission.ok) throw new Error(`not admitted: ${admission.reason}`);
  return admission.record;
}

const port: fc.Arbitrary<ImportPort> = fc.record(
  {
    name: fc.constantFrom('http', 'web', 'metrics'),
    protocol: fc.constantFrom('TCP', 'UDP'),
    port: fc.constantFrom(80, 443, 8080),
    appProtocol: fc.constantFrom('http', 'kubernetes.io/h2c'),
  },
  { requiredKeys: ['port'] },
);

/** Port lists that a Service may have, from so few names and numbers that exporters often collide. */
const servicePorts: fc.Arbitrary<ImportPort[]> = fc
  .uniqueArray(port, { maxLength: 4, selector: ({ name }) => name ?? '' })
  .map((ports) =>
    ports.filter((one, at) => ports.findIndex((other) => numberOf(other) === numberOf(one)) === at),
  )
  .map((ports) => (ports.length > 1 ? ports.filter(({ name }) => name) : ports));

function numberOf({ port: number, protocol }: ImportPort): string {
  return `${number}/${protocol ?? 'TCP'}`;
}

const stamp = fc.constantFrom(
  '2026-01-01T00:00:00Z',
  '2026-01-01T00:00:00.9Z',
  '2026-01-01T00:00:01Z',
  '2027-01-01T00:00:00Z',
  '1970-01-01T00:00:00Z',
  'yesterday',
);

const metadata = fc.dictionary(fc.constantFrom('tier', 'team', 'constructor'), fc.constantFrom('a', 'b'), {
  maxKeys: 2,
});

const says: fc.Arbitrary<Says> = fc.record(
  {
    since: stamp,
    recorded: stamp,
    exportUID: fc.constantFrom('uid-1', 'uid-2'),
    type: fc.constantFrom('ClusterSetIP', 'Headless'),
    ports: servicePorts,
    ipFamilies: fc.constantFrom(['IPv4'], ['IPv6'], ['IPv4', 'IPv6'], ['IPv6', 'IPv4'], []),
    sessionAffinity: fc.constantFrom('None', 'ClientIP'),
    sessionAffinityConfig: fc.constantFrom(
      { clientIP: { timeoutSeconds: 10_800 } },
      { clientIP: { timeoutSeconds: 60 } },
    ),
    internalTrafficPolicy: fc.constantFrom('Cluster', 'Local'),
    trafficDistribution: fc.constantFrom('PreferClose', 'PreferSameZone', 'PreferSameNode', 'NotYetInvented'),
    labels: metadata,
    annotations: metadata,
  },
  { requiredKeys: [] },
);

/** One to five exporters of one Service, each in its own cluster, any part of what they say left out. */
export const exporters: fc.Arbitrary<ExportRecord[]> = fc
  .uniqueArray(fc.tuple(fc.constantFrom('zzzc', 'shbt', 'bjpdc', 'a', 'a-b'), says), {
    minLength: 1,
    maxLength: 5,
    selector: ([cluster]) => cluster,
  })
  .map((list) => list.map(([cluster, what]) => exporter(cluster, what)));

/** Both precedence modes. */
export const modes = fc.constantFrom('ExportTime', 'HubTime');
