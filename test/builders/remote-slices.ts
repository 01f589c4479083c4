import type { IExportedEndpointSlice } from '#apis/hub/exported-endpoint-slice.ts';
import type { IEndpointSlice } from '#apis/kubernetes/endpoint-slice.ts';
import { NO_EVIDENCE } from '#controllers/absence/evidence.ts';
import type { SlicePlace } from '#controllers/absence/proof.ts';
import { sliceHash } from '#controllers/endpoints/names.ts';
import { projectRecord } from '#controllers/endpoints/record-view.ts';
import {
  type ImportedSliceView,
  projectSlice,
  type RecordView,
  type SliceView,
  type SourceSliceView,
} from '#controllers/endpoints/views.ts';
import type { RemoteSliceInput, SliceDecision } from '#controllers/import/slice/decision.ts';
import { hubRecord, importFrom } from './imports.ts';

const hash = sliceHash('db-abc');
/** The slice `db-abc` of prod/db in member `east`. */
export const REMOTE: SlicePlace = { cluster: 'east', namespace: 'prod', service: 'db', sliceHash: hash };

export const PORTS = [{ name: 'pg', port: 5432, protocol: 'TCP' }];

/** Its record, asserted by kube-system-east at 2. */
export function sliceRecord(spec: Partial<IExportedEndpointSlice['spec']> = {}): RecordView {
  return projectRecord({
    metadata: { name: `prod.db.${hash}`, namespace: 'member-east' },
    spec: {
      addressType: 'IPv4',
      ports: PORTS,
      source: { uid: 'slice-1', generation: 3 },
      endpoints: ['198.18.1.7 RSt hostname=db-0'],
      asserted: { uid: 'kube-system-east', sequence: 2 },
      ...spec,
    },
  });
}

/** The same as import.slice reads it, on a hub that says nothing else unless told. */
export function remoteSlice(given: Partial<RemoteSliceInput> = {}): RemoteSliceInput {
  const east = hubRecord('east');
  return {
    at: REMOTE,
    held: { ...importFrom(east) },
    existing: undefined,
    derivedService: undefined,
    importIsCurrent: () => true,
    hubReadable: true,
    evidence: NO_EVIDENCE,
    isTakenOver: () => false,
    record: sliceRecord(),
    admission: east.admission,
    serviceRegressed: () => false,
    addressRanges: undefined,
    withheld: () => false,
    ...given,
  };
}

/** A slice as the caches have it; fails the test where it is of the other sort. */
export function viewOf(slice: IEndpointSlice, is: 'source'): SourceSliceView;
export function viewOf(slice: IEndpointSlice, is: 'imported'): ImportedSliceView;
export function viewOf(slice: IEndpointSlice, is: SliceView['view']): SliceView {
  const view = projectSlice(slice);
  if (view.view !== is) throw new Error(`expected a slice that is ${is}`);
  return view;
}

/** What a decision has written; fails the test where it writes nothing. */
export function written(decision: SliceDecision): IEndpointSlice {
  if (decision.do !== 'write') throw new Error(`expected a slice, but: ${JSON.stringify(decision)}`);
  return decision.slice;
}
