import { ENDPOINT_LINE_MAX_LENGTH } from '#apis/hub/endpoint-line.ts';
import type { AddressType, EndpointPort } from '#apis/kubernetes/endpoint-slice.ts';
import { MANAGED_BY, SLICE_MANAGED_BY_LABEL, SOURCE_CLUSTER_LABEL } from '#apis/labels.ts';
import { admitLocal, type Dropped } from './admitted.ts';
import { encodeEndpoint } from './line.ts';
import type { RecordView, SliceView, SourceSliceView } from './views.ts';

/** The spec of an ExportedEndpointSlice, all but `asserted`, which says when the record was created. */
export interface RecordSpec {
  addressType: AddressType;
  ports: EndpointPort[];
  source: { uid: string; generation: number };
  endpoints: string[];
}

/**
 * True for slices that may be published. Those with a source cluster or of our own making came from a set
 * already; publishing them again doubles addresses (https://github.com/karmada-io/karmada/pull/6522).
 */
export function isExportable(view: SliceView): view is SourceSliceView {
  const labels = view.metadata.labels ?? {};
  return (
    view.view === 'source' &&
    !Object.hasOwn(labels, SOURCE_CLUSTER_LABEL) &&
    labels[SLICE_MANAGED_BY_LABEL] !== MANAGED_BY
  );
}

/**
 * What a member publishes about one local slice: no targetRef, nodeName or hints, which mean nothing
 * elsewhere. `skip`: why the slice is not published at all. Endpoints that every importer would refuse are
 * left out and named in `dropped`.
 */
export function toRecordSpec(
  slice: SourceSliceView,
): { spec: RecordSpec; dropped: readonly Dropped[] } | { skip: string } {
  if (!isExportable(slice)) return { skip: 'it was imported from a cluster set' };
  const { addressType } = slice;
  if (addressType !== 'IPv4' && addressType !== 'IPv6') {
    return { skip: `its address type ${addressType} has no place in a cluster set` };
  }
  const { endpoints, dropped } = admitLocal(slice.endpoints, addressType);
  const lines: string[] = [];
  for (const endpoint of endpoints) {
    const line = encodeEndpoint(endpoint);
    if (line.length <= ENDPOINT_LINE_MAX_LENGTH) lines.push(line);
    else dropped.push({ address: endpoint.addresses[0] ?? '', why: 'has more than fits in one line' });
  }
  const { uid = '', generation = 0 } = slice.metadata;
  return {
    spec: {
      addressType,
      ports: slice.ports.map(publishedPort),
      source: { uid, generation },
      endpoints: lines,
    },
    dropped,
  };
}

/** True where the record on the hub says what the spec says; `asserted` is not looked at. */
export function sameRecord(existing: RecordView, desired: RecordSpec): boolean {
  const { spec, invalid } = existing;
  return (
    invalid === undefined &&
    spec.addressType === desired.addressType &&
    spec.source.uid === desired.source.uid &&
    spec.source.generation === desired.source.generation &&
    spec.packed === desired.endpoints.join('\n') &&
    spec.ports.length === desired.ports.length &&
    spec.ports.every((port, index) => samePort(port, desired.ports[index]))
  );
}

function samePort(a: EndpointPort, b: EndpointPort | undefined): boolean {
  return (
    b !== undefined &&
    a.name === b.name &&
    a.protocol === b.protocol &&
    a.port === b.port &&
    a.appProtocol === b.appProtocol
  );
}

/** Only the fields that the CRD has: an unknown one would be pruned and look like a difference for ever. */
function publishedPort({ name, protocol, port, appProtocol }: EndpointPort): EndpointPort {
  const published: EndpointPort = { name: name ?? '', protocol: protocol ?? 'TCP' };
  if (typeof port === 'number') published.port = port;
  if (typeof appProtocol === 'string') published.appProtocol = appProtocol;
  return published;
}
