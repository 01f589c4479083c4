import { parseExportedSliceName } from '#apis/hub/exported-endpoint-slice.ts';
import { clusterOfNamespace } from '#apis/hub/member.ts';
import type { KubeObject } from '#apis/meta.ts';

/** Where a record lies and what its name says; undefined for what no member can have meant to write. */
export function placeOfService(
  record: KubeObject,
): { cluster: string; namespace: string; service: string } | undefined {
  const cluster = clusterOfNamespace(record.metadata.namespace);
  const [namespace, service, ...rest] = record.metadata.name.split('.');
  if (!cluster || !namespace || !service || rest.length > 0) return undefined;
  return { cluster, namespace, service };
}

/** The same for a slice's record. */
export function placeOfSlice(
  record: KubeObject,
): { cluster: string; namespace: string; service: string; sliceHash: string } | undefined {
  const cluster = clusterOfNamespace(record.metadata.namespace);
  const name = parseExportedSliceName(record.metadata.name);
  return cluster && name ? { cluster, ...name } : undefined;
}

/**
 * The name of the ExportedService that a record is, or is a slice of: `<namespace>.<service>`. Cheap, for who goes through
 * all records of a member; of a name that is none of ours it is what that begins with.
 */
export function exportOf({ metadata: { name } }: KubeObject): string {
  const end = name.indexOf('.', name.indexOf('.') + 1);
  return end < 0 ? name : name.slice(0, end);
}

/** The namespaces from which members other than `self` export, as the records' names say; some more than once. */
export function* exportingNamespaces(records: Iterable<KubeObject>, self: string): Iterable<string> {
  for (const record of records) {
    const place = placeOfService(record);
    if (place !== undefined && place.cluster !== self) yield place.namespace;
  }
}
