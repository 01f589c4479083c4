import type { Asserted } from '#apis/hub/asserted.ts';
import type { AddressType, Endpoint, EndpointPort, IEndpointSlice } from '#apis/kubernetes/endpoint-slice.ts';
import { MANAGED_BY, SLICE_MANAGED_BY_LABEL } from '#apis/labels.ts';
import type { KubeObject, ObjectMeta } from '#apis/meta.ts';
import { fingerprint } from './fingerprint.ts';
import { sliceHash } from './names.ts';

/** An EndpointSlice that somebody else wrote: a source of ours, or an object in our way. Kept whole. */
export interface SourceSliceView extends KubeObject {
  readonly view: 'source';
  /** The sliceHash of its name: asked for at every change, and a digest each time. */
  readonly hash: string;
  readonly addressType: AddressType;
  readonly endpoints: readonly Endpoint[];
  readonly ports: readonly EndpointPort[];
}

/**
 * An EndpointSlice that we wrote. Its content is what we computed, so a fingerprint is enough to see drift;
 * the metadata stays whole, because foreign labels and annotations survive our updates.
 */
export interface ImportedSliceView extends KubeObject {
  readonly view: 'imported';
  readonly addressType: AddressType;
  readonly fingerprint: string;
}

/** A member's EndpointSlice as its cache keeps it. */
export type SliceView = SourceSliceView | ImportedSliceView;

/** What a record says of one source slice; see IExportedEndpointSlice. */
export interface RecordContent {
  readonly addressType: AddressType;
  readonly ports: readonly EndpointPort[];
  readonly source: { readonly uid: string; readonly generation: number };
  readonly asserted: Asserted;
  /** The endpoint lines joined by line feeds; empty: no endpoints. One string a record costs little heap. */
  readonly packed: string;
}

/** An ExportedEndpointSlice as caches keep it. */
export interface RecordView extends KubeObject {
  readonly spec: RecordContent;
  /** Why the record cannot be used, where it has a shape that no version of ours writes. */
  readonly invalid?: string;
}

/** The projection for informers of EndpointSlices. Never throws, whatever the object holds. */
export function projectSlice(slice: IEndpointSlice): SliceView {
  const metadata = withoutManagedFields(slice.metadata);
  const { addressType } = slice;
  if (metadata.labels?.[SLICE_MANAGED_BY_LABEL] === MANAGED_BY) {
    return { view: 'imported', metadata, addressType, fingerprint: fingerprint(slice) };
  }
  return {
    view: 'source',
    hash: sliceHash(metadata.name),
    metadata,
    addressType,
    endpoints: slice.endpoints ?? [],
    ports: slice.ports ?? [],
  };
}

/** managedFields are half of many objects and nobody here reads them; an update without them keeps them. */
export function withoutManagedFields(metadata: ObjectMeta): ObjectMeta {
  if (!Object.hasOwn(metadata, 'managedFields')) return metadata;
  const { managedFields: _, ...kept } = metadata;
  return kept;
}
