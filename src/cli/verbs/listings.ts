import { clusterOfNamespace, type IMember, memberNamespace, members } from '#apis/hub/member.ts';
import { memberReports } from '#apis/hub/member-report.ts';
import { endpointSlices, type IEndpointSlice } from '#apis/kubernetes/endpoint-slice.ts';
import { type ILease, leases } from '#apis/kubernetes/lease.ts';
import {
  KUBE_SERVICE_NAME_LABEL,
  MANAGED_BY,
  SERVICE_NAME_LABEL,
  SLICE_MANAGED_BY_LABEL,
  SOURCE_CLUSTER_LABEL,
} from '#apis/labels.ts';
import type { KubeObject } from '#apis/meta.ts';
import { serviceExports } from '#apis/multicluster/service-export.ts';
import { serviceImports } from '#apis/multicluster/service-import.ts';
import { HUB_LEASE_NAME } from '#controllers/membership/lease-controller.ts';
import { importedIn } from '#controllers/view/absent.ts';
import { ENDPOINTS_COLUMNS, type EndpointsRow, endpointsRows } from '#controllers/view/endpoints.ts';
import { EXPORT_COLUMNS, type ExportRow, exportRow, IMPORTED_IN } from '#controllers/view/exports.ts';
import { IMPORT_COLUMNS, type ImportRow, importRow } from '#controllers/view/imports.ts';
import { MEMBER_COLUMNS, type MemberRow, memberRow } from '#controllers/view/members.ts';
import { isForbidden } from '#src/kube/errors.ts';
import { ofHub } from '../clusters/hub.ts';
import { listAll } from '../clusters/reading.ts';
import type { Target } from '../clusters/targets.ts';
import type { Column } from '../output/table.ts';

/** Which objects of a kind are asked for. */
export interface Query {
  name: string | undefined;
  allNamespaces: boolean;
  selector: string | undefined;
}

/** A kind that `tombolo get` shows: how it is read in one cluster, and what a table has of it. */
export interface Listing<Row> {
  /** How messages name several of them. */
  kind: string;
  namespaced: boolean;
  columns: readonly Column<Row>[];
  /** As `kubectl get -o name` has it. */
  nameOf: (row: Row) => string;
  read: (target: Target, query: Query) => Promise<Row[]>;
}

export const imports: Listing<ImportRow> = {
  kind: 'imports',
  namespaced: true,
  columns: IMPORT_COLUMNS,
  nameOf: ({ name }) => `serviceimport.multicluster.x-k8s.io/${name}`,
  async read(target, query) {
    const [objects, slices] = await Promise.all([
      listAll(target, serviceImports, selection(target, query)),
      importedSlices(target, { ...query, selector: undefined }),
    ]);
    const byService = Map.groupBy(slices, serviceOf(SERVICE_NAME_LABEL));
    return inOrder(objects).map((object) => importRow(object, byService.get(keyOf(object)) ?? []));
  },
};

export const exports: Listing<ExportRow> = {
  kind: 'exports',
  namespaced: true,
  columns: EXPORT_COLUMNS,
  nameOf: ({ name }) => `serviceexport.multicluster.x-k8s.io/${name}`,
  async read(target, query) {
    const own = `${KUBE_SERVICE_NAME_LABEL},!${SOURCE_CLUSTER_LABEL}`;
    const [objects, slices, imported] = await Promise.all([
      listAll(target, serviceExports, selection(target, query)),
      listAll(target, endpointSlices, {
        ...namespaceOf(target, query.allNamespaces),
        labelSelector: query.name === undefined ? own : `${own},${KUBE_SERVICE_NAME_LABEL}=${query.name}`,
      }),
      listAll(target, serviceImports, selection(target, { ...query, selector: undefined })),
    ]);
    const byService = Map.groupBy(slices, serviceOf(KUBE_SERVICE_NAME_LABEL));
    const imports = new Map(imported.map((object) => [keyOf(object), object]));
    return inOrder(objects).map((object) => {
      const key = keyOf(object);
      return exportRow(object, { slices: byService.get(key) ?? [], import: imports.get(key) });
    });
  },
};

/** Exports with the members that show them, which the hub knows. */
export function exportsSeenFrom(hub: Target): Listing<ExportRow> {
  let known: Promise<[IMember[], ILease[]]> | undefined;
  return {
    ...exports,
    columns: [...EXPORT_COLUMNS, IMPORTED_IN],
    async read(target, query) {
      known ??= ofHub(hub, Promise.all([listAll(hub, members), hubLeases(hub, {})]));
      const [rows, [all, held]] = await Promise.all([exports.read(target, query), known]);
      return rows.map((row) => ({
        ...row,
        // What the hub does not hold goes nowhere.
        ...(row.ready.status === 'True' && { importedIn: importedIn(row.namespace, all, held) }),
      }));
    },
  };
}

/** The members' Leases. Who may read our kinds need not be allowed to read Leases: without them only ages are missing. */
export async function hubLeases(hub: Target, place: { namespace?: string }): Promise<ILease[]> {
  try {
    return await listAll(hub, leases, { ...place, fieldSelector: `metadata.name=${HUB_LEASE_NAME}` });
  } catch (error) {
    if (isForbidden(error)) return [];
    throw error;
  }
}

/** Read on the hub. */
export const clusters: Listing<MemberRow> = {
  kind: 'clusters',
  namespaced: false,
  columns: MEMBER_COLUMNS,
  nameOf: ({ name }) => `member.hub.tombolo.dev/${name}`,
  async read(hub, query) {
    const ofMember = query.name === undefined ? {} : { namespace: memberNamespace(query.name) };
    const reading = Promise.all([
      listAll(hub, members, selection(hub, { ...query, allNamespaces: true })),
      listAll(hub, memberReports, ofMember),
      hubLeases(hub, ofMember),
    ]);
    const [objects, reports, held] = await ofHub(hub, reading);
    const byCluster = <T extends KubeObject>(found: readonly T[]) =>
      new Map(found.map((object) => [clusterOfNamespace(object.metadata.namespace), object]));
    const [report, lease] = [byCluster(reports), byCluster(held)];
    return inOrder(objects).map((member) => {
      const { name } = member.metadata;
      return memberRow(member, report.get(name), lease.get(name));
    });
  },
};

export const endpoints: Listing<EndpointsRow> = {
  kind: 'endpoints',
  namespaced: true,
  columns: ENDPOINTS_COLUMNS,
  nameOf: ({ slices }) => slices.map((name) => `endpointslice.discovery.k8s.io/${name}`).join('\n'),
  read: async (target, query) => endpointsRows(await importedSlices(target, query)),
};

/** The imported slices of the Services that are asked for. */
export function importedSlices(
  target: Target,
  { name, allNamespaces, selector }: Query,
): Promise<IEndpointSlice[]> {
  const ours = `${SLICE_MANAGED_BY_LABEL}=${MANAGED_BY},${SERVICE_NAME_LABEL}`;
  const ofName = name === undefined ? ours : `${ours}=${name}`;
  return listAll(target, endpointSlices, {
    ...namespaceOf(target, allNamespaces),
    labelSelector: selector === undefined ? ofName : `${ofName},${selector}`,
  });
}

export function selection(target: Target, { name, allNamespaces, selector }: Query) {
  return {
    ...namespaceOf(target, allNamespaces),
    ...(selector !== undefined && { labelSelector: selector }),
    ...(name !== undefined && { fieldSelector: `metadata.name=${name}` }),
  };
}

function namespaceOf({ namespace }: Target, allNamespaces: boolean) {
  return allNamespaces ? {} : { namespace };
}

function keyOf({ metadata }: KubeObject): string {
  return `${metadata.namespace}/${metadata.name}`;
}

function serviceOf(label: string) {
  return ({ metadata }: IEndpointSlice) => `${metadata.namespace}/${metadata.labels?.[label]}`;
}

/** By namespace and name, as an API server lists them. */
function inOrder<T extends KubeObject>(objects: readonly T[]): T[] {
  return [...objects].sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1));
}
