import type { EndpointPort, IEndpointSlice } from '#apis/kubernetes/endpoint-slice.ts';
import { SERVICE_NAME_LABEL, SOURCE_CLUSTER_LABEL } from '#apis/labels.ts';
import { age } from '#src/cli/output/age.ts';
import type { Column } from '#src/cli/output/table.ts';
import { countEndpoints, type EndpointCount, isReady, showCount } from './counts.ts';

/** The endpoints of one Service that one cluster contributes, as another one shows them. */
export interface EndpointsRow {
  namespace: string;
  /** The Service. */
  name: string;
  cluster: string;
  endpoints: EndpointCount;
  /** Those of ready endpoints, as the slices list them. */
  addresses: string[];
  /** The pods' own ports. */
  ports: EndpointPort[];
  slices: string[];
  /** When its first slice was made here. */
  created: string | undefined;
}

/** The rows of these imported slices, by namespace, Service and cluster. */
export function endpointsRows(slices: readonly IEndpointSlice[]): EndpointsRow[] {
  const groups = Map.groupBy(slices, ({ metadata: { namespace, labels } }) =>
    [namespace, labels?.[SERVICE_NAME_LABEL], labels?.[SOURCE_CLUSTER_LABEL]].join('/'),
  );
  const rows = [...groups].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, group]) => rowOf(group));
  return rows.filter((row) => row !== undefined);
}

function rowOf(slices: readonly IEndpointSlice[]): EndpointsRow | undefined {
  const [first] = slices;
  if (first === undefined) return undefined;
  const { namespace = '', labels } = first.metadata;
  const ports = new Map(slices.flatMap((slice) => slice.ports ?? []).map((port) => [portKey(port), port]));
  const ready = slices.flatMap((slice) => slice.endpoints ?? []).filter(isReady);
  return {
    namespace,
    name: labels?.[SERVICE_NAME_LABEL] ?? '',
    cluster: labels?.[SOURCE_CLUSTER_LABEL] ?? '',
    endpoints: countEndpoints(slices),
    addresses: ready.flatMap(({ addresses }) => addresses),
    ports: [...ports.values()],
    slices: slices.map(({ metadata }) => metadata.name).sort(),
    created: slices.map(({ metadata }) => metadata.creationTimestamp ?? '').sort()[0],
  };
}

export const ENDPOINTS_COLUMNS: readonly Column<EndpointsRow>[] = [
  { title: 'NAME', cell: ({ name }) => name },
  { title: 'CLUSTER', cell: ({ cluster }) => cluster },
  { title: 'ENDPOINTS', cell: ({ endpoints }) => showCount(endpoints) },
  { title: 'ADDRESSES', cell: ({ addresses }) => firstOf(addresses) },
  { title: 'PORTS', cell: ({ ports }) => ports.map(portKey).join(',') },
  { title: 'AGE', cell: ({ created }, now) => age(created, now) },
  { title: 'SLICES', cell: ({ slices }) => slices.join(','), wide: true },
];

/** kubectl's own measure. */
const SHOWN = 3;

function firstOf(addresses: readonly string[]): string {
  const more = addresses.length - SHOWN;
  const shown = addresses.slice(0, SHOWN).join(',');
  return more > 0 ? `${shown} + ${more} more...` : shown;
}

function portKey({ port, protocol }: EndpointPort): string {
  return `${port ?? '*'}/${protocol ?? 'TCP'}`;
}
