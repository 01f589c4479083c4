import type { IEndpointSlice } from '#apis/kubernetes/endpoint-slice.ts';
import { ExportCondition } from '#apis/multicluster/conditions.ts';
import type { IServiceExport } from '#apis/multicluster/service-export.ts';
import type { IServiceImport } from '#apis/multicluster/service-import.ts';
import { isExportable } from '#controllers/endpoints/record.ts';
import { projectSlice } from '#controllers/endpoints/views.ts';
import { age } from '#src/cli/output/age.ts';
import type { Column } from '#src/cli/output/table.ts';
import { type ImportedIn, showImportedIn } from './absent.ts';
import { countEndpoints, type EndpointCount, showCount } from './counts.ts';
import { type Said, said } from './said.ts';

/** A ServiceExport as its own cluster shows it. */
export interface ExportRow {
  namespace: string;
  name: string;
  valid: Said;
  ready: Said;
  conflict: Said;
  /** All exporters of the Service, by the import in the same cluster. */
  clusters: string[];
  /** What this cluster itself contributes. */
  endpoints: EndpointCount;
  created: string | undefined;
  /** Where it goes; only where the hub was asked. */
  importedIn?: ImportedIn;
}

/** What the cluster of an export has beside it. */
export interface BesideExport {
  /** The EndpointSlices of its Service; imported ones do not count. */
  slices: readonly IEndpointSlice[];
  import: IServiceImport | undefined;
}

/** The row of an export. */
export function exportRow({ metadata, status }: IServiceExport, beside: BesideExport): ExportRow {
  const own = beside.slices.filter((slice) => isExportable(projectSlice(slice)));
  return {
    namespace: metadata.namespace ?? '',
    name: metadata.name,
    valid: said(status?.conditions, ExportCondition.Valid),
    ready: said(status?.conditions, ExportCondition.Ready),
    conflict: said(status?.conditions, ExportCondition.Conflict),
    clusters: (beside.import?.status?.clusters ?? []).map(({ cluster }) => cluster).sort(),
    endpoints: countEndpoints(own),
    created: metadata.creationTimestamp,
  };
}

export const EXPORT_COLUMNS: readonly Column<ExportRow>[] = [
  { title: 'NAME', cell: ({ name }) => name },
  { title: 'VALID', cell: ({ valid }) => valid.status },
  { title: 'READY', cell: ({ ready }) => ready.status },
  { title: 'CONFLICT', cell: ({ conflict }) => conflict.status },
  { title: 'CLUSTERS', cell: ({ clusters }) => clusters.join(',') },
  { title: 'ENDPOINTS', cell: ({ endpoints }) => showCount(endpoints) },
  { title: 'AGE', cell: ({ created }, now) => age(created, now) },
  { title: 'REASON', cell: (row) => trouble(row).reason, wide: true },
  { title: 'MESSAGE', cell: (row) => trouble(row).message, wide: true },
];

/** One more column of `-o wide`, where the hub was asked. */
export const IMPORTED_IN: Column<ExportRow> = {
  title: 'IMPORTED IN',
  cell: ({ importedIn }) => (importedIn === undefined ? '' : showImportedIn(importedIn)),
  wide: true,
};

/** Of the three conditions the first that is not as it should be; Ready where all are. */
export function trouble({ valid, ready, conflict }: ExportRow): Said {
  if (valid.status === 'False') return valid;
  if (ready.status !== 'True') return ready;
  return conflict.status === 'True' ? conflict : ready;
}

/** The check that explains that trouble; undefined: there is none. */
export function troubleId({ valid, ready, conflict }: ExportRow): 'TB031' | 'TB032' | 'TB033' | undefined {
  if (valid.status === 'False') return 'TB031';
  if (ready.status !== 'True') return 'TB032';
  return conflict.status === 'True' ? 'TB033' : undefined;
}
