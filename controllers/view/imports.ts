import type { IEndpointSlice } from '#apis/kubernetes/endpoint-slice.ts';
import { DERIVED_SERVICE_ANNOTATION } from '#apis/labels.ts';
import { ImportCondition } from '#apis/multicluster/conditions.ts';
import type { ImportPort, ImportType, IServiceImport } from '#apis/multicluster/service-import.ts';
import { age } from '#src/cli/output/age.ts';
import type { Column } from '#src/cli/output/table.ts';
import { countEndpoints, type EndpointCount, showCount } from './counts.ts';
import { type Said, said } from './said.ts';

/** A ServiceImport as one cluster shows it. */
export interface ImportRow {
  namespace: string;
  name: string;
  type: ImportType;
  ips: string[];
  ports: ImportPort[];
  /** The exporters whose endpoints it stands for. */
  clusters: string[];
  endpoints: EndpointCount;
  ready: Said;
  /** Absent for a headless import, unless the agent makes some for those, too. */
  derivedService?: string;
  created: string | undefined;
}

/** The row of an import; `slices` are the imported slices of its Service in the same cluster. */
export function importRow(object: IServiceImport, slices: readonly IEndpointSlice[]): ImportRow {
  const { metadata, spec, status } = object;
  const derivedService = metadata.annotations?.[DERIVED_SERVICE_ANNOTATION];
  return {
    namespace: metadata.namespace ?? '',
    name: metadata.name,
    type: spec.type,
    ips: spec.ips ?? [],
    ports: spec.ports ?? [],
    clusters: (status?.clusters ?? []).map(({ cluster }) => cluster).sort(),
    endpoints: countEndpoints(slices),
    ready: said(status?.conditions, ImportCondition.Ready),
    ...(derivedService !== undefined && { derivedService }),
    created: metadata.creationTimestamp,
  };
}

export const IMPORT_COLUMNS: readonly Column<ImportRow>[] = [
  { title: 'NAME', cell: ({ name }) => name },
  { title: 'TYPE', cell: ({ type }) => type },
  { title: 'IP', cell: ({ type, ips }) => (type === 'Headless' ? 'None' : ips.join(',')) },
  { title: 'PORTS', cell: ({ ports }) => ports.map(showNumber).join(',') },
  { title: 'CLUSTERS', cell: ({ clusters }) => clusters.join(',') },
  { title: 'ENDPOINTS', cell: ({ endpoints }) => showCount(endpoints) },
  { title: 'READY', cell: ({ ready }) => ready.status },
  { title: 'AGE', cell: ({ created }, now) => age(created, now) },
  { title: 'DERIVED SERVICE', cell: ({ derivedService = '' }) => derivedService, wide: true },
  { title: 'REASON', cell: ({ ready }) => ready.reason, wide: true },
  { title: 'MESSAGE', cell: ({ ready }) => ready.message, wide: true },
];

function showNumber({ port, protocol }: ImportPort): string {
  return `${port}/${protocol ?? 'TCP'}`;
}
