import type { IExportedEndpointSlice } from '#apis/hub/exported-endpoint-slice.ts';
import type { IExportedService } from '#apis/hub/exported-service.ts';
import { clusterOfNamespace, type IMember } from '#apis/hub/member.ts';
import type { ILease } from '#apis/kubernetes/lease.ts';
import type { Column } from '#src/cli/output/table.ts';
import { importedIn } from './absent.ts';

/** What disappears of one Service when a member is taken out. */
export interface Loss {
  namespace: string;
  service: string;
  /** How many of its endpoints lie in that member: one of two families counts once. */
  endpoints: number;
  /** The members that go on exporting it, by id. Empty: the import goes altogether. */
  left: string[];
  /** The members in which it disappears. */
  where: string[];
}

/** What of the hub decides over it. */
export interface HubRecords {
  members: readonly IMember[];
  leases: readonly ILease[];
  services: readonly IExportedService[];
  slices: readonly IExportedEndpointSlice[];
}

/** What disappears where when this member is taken out, by namespace and Service. */
export function lossesOf(member: string, { members, leases, services, slices }: HubRecords): Loss[] {
  const of = ({ metadata }: IExportedService | IExportedEndpointSlice) =>
    clusterOfNamespace(metadata.namespace);
  const exporters = Map.groupBy(services, ({ metadata }) => metadata.name);
  const own = slices.filter((slice) => of(slice) === member);
  return services
    .filter((service) => of(service) === member)
    .map(({ metadata: { name }, spec: { service } }) => ({
      namespace: service.namespace,
      service: service.name,
      endpoints: endpointsOf(own.filter(({ metadata }) => metadata.name.startsWith(`${name}.`))),
      left: sorted((exporters.get(name) ?? []).map(of)).filter((cluster) => cluster !== member),
      where: importedIn(service.namespace, members, leases).clusters.filter((cluster) => cluster !== member),
    }))
    .sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1));
}

export const LOSS_COLUMNS: readonly Column<Loss>[] = [
  { title: 'NAMESPACE', cell: ({ namespace }) => namespace },
  { title: 'SERVICE', cell: ({ service }) => service },
  { title: 'ENDPOINTS LOST', cell: ({ endpoints }) => String(endpoints) },
  { title: 'STILL EXPORTED BY', cell: ({ left }) => left.join(',') || 'nobody: the import goes' },
  { title: 'IN', cell: ({ where }) => where.join(',') },
];

/** Under dual stack a pod lies in a slice of each family: the family with more of them counts. */
function endpointsOf(slices: readonly IExportedEndpointSlice[]): number {
  const families = Map.groupBy(slices, ({ spec }) => spec.addressType);
  const counts = [...families.values()].map((each) =>
    each.reduce((sum, { spec }) => sum + spec.endpoints.length, 0),
  );
  return Math.max(0, ...counts);
}

function sorted(clusters: readonly (string | undefined)[]): string[] {
  return clusters.filter((cluster) => cluster !== undefined).sort();
}

function keyOf({ namespace, service }: Loss): string {
  return `${namespace}/${service}`;
}
