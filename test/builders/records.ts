import type { IExportedEndpointSlice } from '#apis/hub/exported-endpoint-slice.ts';
import type { IExportedService } from '#apis/hub/exported-service.ts';
import type { RecordSpec } from '#controllers/endpoints/record.ts';
import { projectRecord } from '#controllers/endpoints/record-view.ts';
import type { RecordView } from '#controllers/endpoints/views.ts';
import type { ExportSpec } from '#controllers/export/decision.ts';
import type { DesiredRecords, RecordStep, RecordsInput } from '#controllers/export/records.ts';

export const UID = 'uid-of-this-cluster';
export const HASHES = ['a', 'b', 'c'];
export const SPEC: ExportSpec = { type: 'Headless', ports: [{ name: 'pg', protocol: 'TCP', port: 5432 }] };
export const EXPORT = { uid: 'export-1', creationTimestamp: '2026-01-01T00:00:00Z' };

/** What the hub holds of one export, and what vouches for it. */
export interface World {
  /** The standing report: whether it names the service. */
  report: { sequence: number; named: boolean } | undefined;
  held: IExportedService | undefined;
  slices: ReadonlyMap<string, IExportedEndpointSlice>;
  sequence: number;
}

export function recordSpec(address: string): RecordSpec {
  return {
    addressType: 'IPv4',
    ports: [{ name: 'pg', protocol: 'TCP', port: 5432 }],
    source: { uid: 'slice', generation: 1 },
    endpoints: [`${address} RSt`],
  };
}

export function serviceRecord(spec: Partial<IExportedService['spec']> = {}): IExportedService {
  return {
    metadata: { name: 'prod.db', namespace: 'member-zzzc', uid: 'record', resourceVersion: '1' },
    spec: {
      service: { namespace: 'prod', name: 'db' },
      export: EXPORT,
      ...SPEC,
      inventory: { sequence: 10, slices: ['a'] },
      asserted: { uid: UID, sequence: 5 },
      ...spec,
    },
  };
}

export function sliceRecord(
  hash: string,
  sequence = 10,
  uid = UID,
  address = '10.0.0.1',
): IExportedEndpointSlice {
  return {
    metadata: {
      name: `prod.db.${hash}`,
      namespace: 'member-zzzc',
      uid: `slice-${hash}`,
      resourceVersion: '1',
    },
    spec: { ...recordSpec(address), asserted: { uid, sequence } },
  };
}

export function wish(hashes: readonly string[], more: Partial<DesiredRecords> = {}): DesiredRecords {
  return {
    export: EXPORT,
    spec: SPEC,
    slices: new Map(hashes.map((hash) => [hash, recordSpec('10.0.0.1')])),
    ...more,
  };
}

export const settled: World = {
  report: { sequence: 5, named: true },
  held: serviceRecord(),
  slices: new Map([['a', sliceRecord('a')]]),
  sequence: 10,
};

/** What export.records sees of such a world. */
export function recordsInput(
  { report, held, slices }: World,
  desired: DesiredRecords | undefined,
  floor = 0,
): RecordsInput {
  return {
    namespace: 'prod',
    service: 'db',
    uid: UID,
    floor,
    report: report && { uid: UID, sequence: report.sequence, names: () => report.named },
    held,
    slices: [...slices.values()].map(projectRecord),
    desired,
  };
}

/** What a step is about, in a few words. */
export function words(steps: readonly RecordStep[]): string[] {
  return steps.map((step) => {
    if ('sliceHash' in step) return `${step.do} ${step.sliceHash}`;
    if (step.do === 'delete slice' || step.do === 'update slice') return `${step.do} ${hashOf(step.record)}`;
    return step.do;
  });
}

export function hashOf({ metadata }: RecordView): string {
  return metadata.name.split('.')[2] ?? '';
}
