import {
  ExportedEndpointSlice,
  exportedSliceName,
  type IExportedEndpointSlice,
} from '#apis/hub/exported-endpoint-slice.ts';
import { ExportedService, exportedServiceName, type IExportedService } from '#apis/hub/exported-service.ts';
import { memberNamespace } from '#apis/hub/member.ts';
import type { HubCaches } from '#controllers/membership/hub-caches.ts';
import type { Sequences } from '#controllers/membership/sequence.ts';
import type { Writer } from '#src/cache/contract.ts';
import { mergeSpec, type RecordStep, type ServiceDraft } from './records.ts';

export interface RecordWriters {
  hub: Pick<HubCaches, 'confirm'>;
  exportedServices: Writer<IExportedService>;
  exportedEndpointSlices: Writer<IExportedEndpointSlice>;
  sequences: Sequences;
}

/** One export of one member. */
export interface ExportPlace {
  cluster: string;
  namespace: string;
  service: string;
}

/** Carries out one step of a plan: one write on the hub, fenced by what the plan was made from. */
export async function carryOut(
  step: RecordStep,
  at: ExportPlace,
  writers: RecordWriters,
  signal: AbortSignal,
): Promise<void> {
  const { exportedServices, exportedEndpointSlices } = writers;
  switch (step.do) {
    case 'delete slice':
      return exportedEndpointSlices.delete(step.record, { signal });
    case 'delete service':
      return exportedServices.delete(step.record, { signal });
    case 'create service': {
      await writers.hub.confirm(signal);
      const name = exportedServiceName(at.namespace, at.service);
      const metadata = { name, namespace: memberNamespace(at.cluster) };
      const spec = await finish(step.draft, writers, signal);
      return exportedServices.create(new ExportedService({ metadata, spec }), { signal });
    }
    case 'update service': {
      const spec = await finish(step.draft, writers, signal);
      return exportedServices.update({ ...step.record, spec: mergeSpec(step.record.spec, spec) }, { signal });
    }
    case 'create slice': {
      await writers.hub.confirm(signal);
      const name = exportedSliceName(at.namespace, at.service, step.sliceHash);
      const metadata = { name, namespace: memberNamespace(at.cluster) };
      return exportedEndpointSlices.create(new ExportedEndpointSlice({ metadata, spec: step.spec }), {
        signal,
      });
    }
    case 'update slice': {
      const { metadata } = step.record;
      return exportedEndpointSlices.update(new ExportedEndpointSlice({ metadata, spec: step.spec }), {
        signal,
      });
    }
  }
}

/** The sequence is drawn as late as can be: a plan that is not carried out costs none. */
async function finish(
  { spec, slices, sequence, above }: ServiceDraft,
  { sequences }: RecordWriters,
  signal: AbortSignal,
): Promise<IExportedService['spec']> {
  const drawn = sequence ?? (await sequences.next(signal, above));
  return { ...spec, inventory: { sequence: drawn, slices } };
}
