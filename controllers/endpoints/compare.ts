import type { IEndpointSlice } from '#apis/kubernetes/endpoint-slice.ts';
import {
  ASSERTED_ANNOTATION,
  HEADLESS_LABEL,
  KUBE_SERVICE_NAME_LABEL,
  SERVICE_NAME_LABEL,
  SLICE_MANAGED_BY_LABEL,
  SOURCE_CLUSTER_LABEL,
  SOURCE_GENERATION_ANNOTATION,
  SOURCE_SLICE_LABEL,
} from '#apis/labels.ts';
import type { ObjectMeta, OwnerReference } from '#apis/meta.ts';
import { fingerprint } from './fingerprint.ts';
import type { ImportedSliceView } from './views.ts';

/** Every label that toImportedSlice may set; one that it does not set is removed, all others are foreign. */
const OUR_LABELS = [
  SERVICE_NAME_LABEL,
  SOURCE_CLUSTER_LABEL,
  SLICE_MANAGED_BY_LABEL,
  SOURCE_SLICE_LABEL,
  KUBE_SERVICE_NAME_LABEL,
  HEADLESS_LABEL,
];
/**
 * Asks the API server to forget which client set which field, and so to track none: with a hundred endpoints that is
 * a quarter of what an update costs it, and of what the endpoints' way takes there. Slices of ours are all ours.
 */
const UNTRACKED: readonly [] = [];

const OUR_ANNOTATIONS = [SOURCE_GENERATION_ANNOTATION, ASSERTED_ANNOTATION];

/** True where the existing slice is not what it must be. Foreign labels and annotations do not count. */
export function needsUpdate(existing: ImportedSliceView, desired: IEndpointSlice): boolean {
  const { labels, annotations, ownerReferences = [] } = existing.metadata;
  return (
    !sameKeys(labels, desired.metadata.labels, OUR_LABELS) ||
    !sameKeys(annotations, desired.metadata.annotations, OUR_ANNOTATIONS) ||
    !(desired.metadata.ownerReferences ?? []).every((owner) =>
      ownerReferences.some((has) => sameOwner(has, owner)),
    ) ||
    existing.fingerprint !== fingerprint(desired)
  );
}

/** True where no update can help, because the API server lets nobody change a slice's address type. */
export function needsReplacement(existing: ImportedSliceView, desired: IEndpointSlice): boolean {
  return existing.addressType !== desired.addressType;
}

/**
 * The object to send for an update: the desired content under the existing metadata, so that what others put
 * there (and fields that we do not know) survives. The resourceVersion fences the write.
 */
export function mergeForUpdate(existing: ObjectMeta, desired: IEndpointSlice): IEndpointSlice {
  const ours = desired.metadata.ownerReferences ?? [];
  const foreign = (existing.ownerReferences ?? []).filter(
    (owner) => owner.controller !== true && !ours.some(({ uid }) => uid === owner.uid),
  );
  return {
    ...desired,
    metadata: {
      ...existing,
      managedFields: UNTRACKED,
      labels: mergeKeys(existing.labels, desired.metadata.labels, OUR_LABELS),
      annotations: mergeKeys(existing.annotations, desired.metadata.annotations, OUR_ANNOTATIONS),
      ownerReferences: [...foreign, ...ours],
    },
  };
}

/**
 * True where the source is an older generation than the one already shown: the hub went back in time, or a
 * watch is behind. Another UID is another slice, which has no order towards this one.
 */
export function isOlderThanShown(
  existing: ImportedSliceView,
  source: { readonly uid?: string; readonly generation?: number },
): boolean {
  const shown = parseShownSource(existing.metadata.annotations?.[SOURCE_GENERATION_ANNOTATION]);
  return shown !== undefined && shown.uid === source.uid && (source.generation ?? 0) < shown.generation;
}

function parseShownSource(text: string | undefined): { uid: string; generation: number } | undefined {
  const match = /^([^/]+)\/(\d{1,15})$/.exec(text ?? '');
  return match?.[1] === undefined ? undefined : { uid: match[1], generation: Number(match[2]) };
}

function sameKeys(
  existing: Record<string, string> | undefined,
  desired: Record<string, string> | undefined,
  keys: readonly string[],
): boolean {
  return keys.every((key) => existing?.[key] === desired?.[key]);
}

function mergeKeys(
  existing: Record<string, string> | undefined,
  desired: Record<string, string> | undefined,
  ours: readonly string[],
): Record<string, string> {
  const foreign = Object.entries(existing ?? {}).filter(([key]) => !ours.includes(key));
  return Object.fromEntries([...foreign, ...Object.entries(desired ?? {})]);
}

function sameOwner(a: OwnerReference, b: OwnerReference): boolean {
  return (
    a.uid === b.uid &&
    a.kind === b.kind &&
    a.name === b.name &&
    a.apiVersion === b.apiVersion &&
    a.controller === b.controller &&
    // The API server may leave a false out.
    (a.blockOwnerDeletion ?? false) === (b.blockOwnerDeletion ?? false)
  );
}
