import { exportedServiceName, type IExportedService } from '#apis/hub/exported-service.ts';
import type { IServiceImport } from '#apis/multicluster/service-import.ts';
import { type Evidence, NO_EVIDENCE } from '#controllers/absence/evidence.ts';
import { admit } from '#controllers/conflict/record.ts';
import type { OwnExport } from '#controllers/import/own-export.ts';
import {
  decideService,
  type ServiceDecision,
  type ServiceInput,
} from '#controllers/import/service/decision.ts';
import type { HubRecord } from '#controllers/import/service/judgement.ts';
import { desiredServiceImport } from '#controllers/import/service/service-import.ts';
import { exportedService, type Says } from './exporters.ts';

/** A record of prod/db as import.service reads it: by kube-system-<cluster>, asserted at 1, inventory at 2. */
export function hubRecord(
  cluster: string,
  says: Says = {},
  when: { asserted?: number; inventory?: number; uid?: string } = {},
): HubRecord {
  const plain = exportedService(cluster, says);
  const { asserted = 1, inventory = 2, uid = `kube-system-${cluster}` } = when;
  const record: IExportedService = {
    ...plain,
    spec: {
      ...plain.spec,
      inventory: { sequence: inventory, slices: [] },
      asserted: { uid, sequence: asserted },
    },
  };
  const admission = admit(record, cluster, { clusterSet: undefined, member: undefined });
  return { cluster, record, admission };
}

/** The same record, refused. */
export function refused(record: HubRecord, reason = 'namespace prod is denied'): HubRecord {
  return { ...record, admission: { ok: false, reason } };
}

/** Reports by cluster, each of kube-system-<cluster> and naming these services of namespace prod. */
export function reports(says: Record<string, { sequence: number; services: string[] }>): Evidence {
  return {
    ...NO_EVIDENCE,
    report(cluster) {
      const report = says[cluster];
      if (report === undefined) return undefined;
      const names = report.services.map((service) => exportedServiceName('prod', service));
      return {
        uid: `kube-system-${cluster}`,
        sequence: report.sequence,
        names: (name) => names.includes(name),
      };
    },
  };
}

/** What member `here` exports as prod/db by its own caches. */
export function ownDb(says: Says = {}): OwnExport {
  const { metadata, spec } = exportedService('here', says);
  const unvouched = {
    inventory: { sequence: 0, slices: [] },
    asserted: { uid: 'kube-system-here', sequence: 0 },
  };
  return { is: 'exported', record: { metadata: { name: metadata.name }, spec: { ...spec, ...unvouched } } };
}

export const NOT_EXPORTED: OwnExport = {
  is: 'not exported',
  uid: 'kube-system-here',
  why: 'there is no ServiceExport',
};

/** Service prod/db in member `here`, with a hub that is read and empty unless told. */
export function serviceInput(given: Partial<ServiceInput> = {}): ServiceInput {
  return {
    namespace: 'prod',
    service: 'db',
    self: 'here',
    hub: { readable: true, unreachable: false, mode: 'ExportTime' },
    evidence: NO_EVIDENCE,
    records: [],
    own: NOT_EXPORTED,
    withheld: () => false,
    existing: undefined,
    orphaned: false,
    ...given,
  };
}

/** Decides, and fails the test where the answer is another than to show something. */
export function shown(given: Partial<ServiceInput>): Extract<ServiceDecision, { do: 'show' }> {
  const decision = decideService(serviceInput(given));
  if (decision.do !== 'show') throw new Error(`expected to show it, but: ${JSON.stringify(decision)}`);
  return decision;
}

/** The ServiceImport that such a decision leads to, as the API server would return it. */
export function importOf(
  { shape, sources }: Pick<ReturnType<typeof shown>, 'shape' | 'sources'>,
  existing?: IServiceImport,
): IServiceImport {
  const desired = desiredServiceImport({
    namespace: 'prod',
    service: 'db',
    existing,
    shape,
    sources,
    derivedService: undefined,
    addresses: undefined,
  });
  return {
    ...desired,
    metadata: { ...desired.metadata, uid: 'import-1', resourceVersion: '7', generation: 1 },
  };
}

/** The ServiceImport made from these records. */
export function importFrom(...records: HubRecord[]): IServiceImport {
  return importOf(shown({ records }));
}
