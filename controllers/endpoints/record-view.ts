import { type Asserted, isUID } from '#apis/hub/asserted.ts';
import type { IExportedEndpointSlice } from '#apis/hub/exported-endpoint-slice.ts';
import type { EndpointPort } from '#apis/kubernetes/endpoint-slice.ts';
import { type RecordContent, type RecordView, withoutManagedFields } from './views.ts';

const NOTHING: RecordContent = {
  addressType: 'IPv4',
  ports: [],
  source: { uid: '', generation: 0 },
  asserted: { uid: '', sequence: 0 },
  packed: '',
};

/**
 * The projection for informers of ExportedEndpointSlices. Never throws: a record of another shape than the
 * CRD's (the CRD may be an older one, or have lost its schema) becomes a view that says why it is invalid.
 * Single lines are not looked at here; the importer drops those that it cannot read.
 */
export function projectRecord(record: IExportedEndpointSlice): RecordView {
  const metadata = withoutManagedFields(record.metadata);
  const read = readContent(record.spec);
  return typeof read === 'string' ? { metadata, spec: NOTHING, invalid: read } : { metadata, spec: read };
}

/** The content, or why there is none. */
function readContent(spec: unknown): RecordContent | string {
  if (!isObject(spec)) return 'spec is missing';
  const { addressType } = spec;
  if (addressType !== 'IPv4' && addressType !== 'IPv6') return 'spec.addressType is neither IPv4 nor IPv6';
  const ports = readPorts(spec['ports']);
  if (ports === undefined) return 'spec.ports is not a list of ports';
  const source = spec['source'];
  if (!isObject(source) || !isUID(source['uid']) || !Number.isSafeInteger(source['generation'])) {
    return 'spec.source does not hold a uid and a generation';
  }
  const asserted = readAsserted(spec['asserted']);
  if (asserted === undefined) return 'spec.asserted does not hold a uid and a sequence';
  const endpoints = spec['endpoints'] ?? [];
  if (!Array.isArray(endpoints) || !endpoints.every((line) => typeof line === 'string')) {
    return 'spec.endpoints is not a list of strings';
  }
  return {
    addressType,
    ports,
    source: { uid: source['uid'], generation: Number(source['generation']) },
    asserted,
    packed: endpoints.join('\n'),
  };
}

function readAsserted(value: unknown): Asserted | undefined {
  if (!isObject(value)) return undefined;
  const { uid, sequence } = value;
  if (!isUID(uid) || typeof sequence !== 'number' || !Number.isSafeInteger(sequence) || sequence < 0)
    return undefined;
  return { uid, sequence };
}

function readPorts(value: unknown): EndpointPort[] | undefined {
  if (value === undefined || value === null) return [];
  if (!Array.isArray(value)) return undefined;
  const ports: EndpointPort[] = [];
  for (const port of value) {
    if (!isObject(port)) return undefined;
    const read: EndpointPort = {};
    for (const key of ['name', 'protocol', 'appProtocol'] as const) {
      const text = port[key];
      if (typeof text === 'string') read[key] = text;
      else if (text !== undefined && text !== null) return undefined;
    }
    const number = port['port'];
    if (typeof number === 'number') read.port = number;
    else if (number !== undefined && number !== null) return undefined;
    ports.push(read);
  }
  return ports;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
