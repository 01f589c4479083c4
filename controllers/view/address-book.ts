import type { Endpoint, EndpointPort, IEndpointSlice } from '#apis/kubernetes/endpoint-slice.ts';
import { SERVICE_NAME_LABEL, SOURCE_CLUSTER_LABEL } from '#apis/labels.ts';
import { age } from '#src/cli/output/age.ts';
import type { Column } from '#src/cli/output/table.ts';
import { isReady } from './counts.ts';

/** One pod of a headless Service, as every cluster of the set can reach it. */
export interface BookEntry {
  namespace: string;
  service: string;
  cluster: string;
  hostname: string;
  /** The name that never changes. */
  name: string;
  /** One of each family. */
  addresses: string[];
  zone?: string;
  ready: boolean;
  /** The pod's own ports. */
  ports: EndpointPort[];
  /** When the slice that holds it was made in the cluster that shows it. */
  created: string | undefined;
}

/** Endpoints of one Service and cluster that have no name of their own. */
export interface Nameless {
  namespace: string;
  service: string;
  cluster: string;
  addresses: string[];
  /** Their pods, where this is their own cluster: only there does a slice name them. */
  pods: string[];
}

export interface AddressBook {
  /** By namespace, Service, cluster and hostname, `db-2` before `db-10`: the same pods give the same list. */
  entries: BookEntry[];
  nameless: Nameless[];
}

/** Makes the book of the imported slices of headless Services. `domain` is the set's, `clusterset.local`. */
export function addressBook(slices: readonly IEndpointSlice[], domain: string): AddressBook {
  const entries: BookEntry[] = [];
  const nameless: Nameless[] = [];
  for (const group of Map.groupBy(slices.flatMap(placed), ({ key }) => key).values()) {
    const [first] = group;
    if (first === undefined) continue;
    const { namespace, service, cluster } = first;
    const without = group.filter(({ endpoint }) => !endpoint.hostname);
    if (without.length > 0) {
      const pods = new Set(without.map(({ endpoint }) => endpoint.targetRef?.name ?? '').filter(Boolean));
      const addresses = without.flatMap(({ endpoint }) => endpoint.addresses);
      nameless.push({ namespace, service, cluster, addresses, pods: [...pods].sort() });
    }
    const named = Map.groupBy(group, ({ endpoint }) => endpoint.hostname ?? '');
    for (const [hostname, places] of named) {
      if (hostname === '') continue;
      const name = `${hostname}.${cluster}.${service}.${namespace}.svc.${domain}`;
      entries.push({ namespace, service, cluster, hostname, name, ...podOf(places) });
    }
  }
  return { entries: entries.sort(inOrder), nameless: nameless.sort(inOrder) };
}

/** One book of those of several clusters, which show the same pods: each once, in the book's order. */
export function mergedEntries<Entry extends BookEntry>(entries: readonly Entry[]): Entry[] {
  return [...new Map(entries.map((entry) => [entry.name, entry])).values()].sort(inOrder);
}

interface Placed {
  key: string;
  namespace: string;
  service: string;
  cluster: string;
  slice: IEndpointSlice;
  endpoint: Endpoint;
}

function placed(slice: IEndpointSlice): Placed[] {
  const { namespace = '', labels } = slice.metadata;
  const service = labels?.[SERVICE_NAME_LABEL] ?? '';
  const cluster = labels?.[SOURCE_CLUSTER_LABEL] ?? '';
  const key = `${namespace}/${service}/${cluster}`;
  return (slice.endpoints ?? []).map((endpoint) => ({ key, namespace, service, cluster, slice, endpoint }));
}

/**
 * A pod that is replaced is listed twice for a while, the old one as terminating: the new one has the name. Under
 * dual stack the slices of both families show the same pod.
 */
function podOf(
  places: readonly Placed[],
): Pick<BookEntry, 'addresses' | 'zone' | 'ready' | 'ports' | 'created'> {
  const staying = places.filter(({ endpoint }) => endpoint.conditions?.terminating !== true);
  const shown = staying.length > 0 ? staying : places;
  const ports = new Map(
    shown
      .flatMap(({ slice }) => slice.ports ?? [])
      .map((port) => [`${port.name ?? ''} ${port.port}/${port.protocol}`, port]),
  );
  const zone = shown.find(({ endpoint }) => endpoint.zone !== undefined)?.endpoint.zone;
  return {
    // IPv4 first: the order must not hang on the order of a list.
    addresses: [...new Set(shown.flatMap(({ endpoint }) => endpoint.addresses))].sort(byFamily),
    ...(zone !== undefined && { zone }),
    ready: shown.some(({ endpoint }) => isReady(endpoint)),
    ports: [...ports.values()],
    created: shown.map(({ slice }) => slice.metadata.creationTimestamp ?? '').sort()[0],
  };
}

function byFamily(a: string, b: string): number {
  return Number(a.includes(':')) - Number(b.includes(':')) || (a < b ? -1 : 1);
}

type Place = Pick<BookEntry, 'namespace' | 'service' | 'cluster'> & { hostname?: string };

function inOrder(a: Place, b: Place): number {
  const parts = ['namespace', 'service', 'cluster', 'hostname'] as const;
  for (const part of parts) {
    const order = natural(a[part] ?? '', b[part] ?? '');
    if (order !== 0) return order;
  }
  return 0;
}

/** Numbers by size, all else by code unit: no locale has a say. */
function natural(a: string, b: string): number {
  const [left, right] = [a, b].map((text) => text.match(/\d+|\D+/g) ?? []);
  for (const [index, part] of (left ?? []).entries()) {
    const other = right?.[index];
    if (other === undefined) return 1;
    if (part === other) continue;
    const byNumber = /^\d/.test(part) && /^\d/.test(other) ? Number(part) - Number(other) : 0;
    return byNumber || (part < other ? -1 : 1);
  }
  return (left?.length ?? 0) - (right?.length ?? 0);
}

export const BOOK_COLUMNS: readonly Column<BookEntry>[] = [
  { title: 'NAME', cell: ({ name }) => name },
  { title: 'IP', cell: ({ addresses }) => addresses.join(',') },
  { title: 'CLUSTER', cell: ({ cluster }) => cluster },
  { title: 'ZONE', cell: ({ zone = '' }) => zone },
  { title: 'READY', cell: ({ ready }) => (ready ? 'True' : 'False') },
  { title: 'AGE', cell: ({ created }, now) => age(created, now) },
];
