import { MemberCondition } from '#apis/hub/conditions.ts';
import { exportedSliceName, type IExportedEndpointSlice } from '#apis/hub/exported-endpoint-slice.ts';
import { type IMember, memberNamespace } from '#apis/hub/member.ts';
import type { IEndpointSlice } from '#apis/kubernetes/endpoint-slice.ts';
import { DERIVED_SERVICE_ANNOTATION, MANAGED_BY, MANAGED_BY_LABEL } from '#apis/labels.ts';
import type { Condition } from '#apis/meta.ts';
import type { IServiceExport } from '#apis/multicluster/service-export.ts';
import type { ImportType, IServiceImport } from '#apis/multicluster/service-import.ts';
import { toImportedSlice } from '#controllers/endpoints/mirror.ts';
import { toRecordSpec } from '#controllers/endpoints/record.ts';
import { projectRecord } from '#controllers/endpoints/record-view.ts';
import { projectSlice } from '#controllers/endpoints/views.ts';
import type { HubFacts, MemberFacts } from '#controllers/view/trace/facts.ts';
import { pod, service, slice } from '#test/driver/builders.ts';
import { exportedService } from './exporters.ts';
import { reportOf } from './members.ts';

const AT = '2026-01-01T00:00:00Z';

/** A condition as somebody states it. */
export function condition(type: string, status: Condition['status'], reason: string): Condition {
  return { type, status, reason, message: `${reason}.`, lastTransitionTime: AT };
}

/** A set in which zzzc exports prod/db with one pod, db-0, and shbt imports it; all is well. */
export interface Scene {
  zzzc: MemberFacts;
  shbt: MemberFacts;
  hub: HubFacts;
}

/** `type` is the import's. */
export function scene(type: ImportType = 'Headless'): Scene {
  const own: IEndpointSlice = slice('prod', 'db', 'a', [pod('db-0', '198.18.1.7')]);
  Object.assign(own.metadata, { uid: 'slice', generation: 1, creationTimestamp: AT });
  const view = projectSlice(own);
  if (view.view !== 'source') throw new Error('the builder made no source slice');
  const made = toRecordSpec(view);
  if ('skip' in made) throw new Error(made.skip);
  const record: IExportedEndpointSlice = {
    metadata: {
      namespace: memberNamespace('zzzc'),
      name: exportedSliceName('prod', 'db', view.hash),
      creationTimestamp: AT,
    },
    spec: { ...made.spec, asserted: { uid: 'kube-system-zzzc', sequence: 1 } },
  };
  const held = exportedService('zzzc', { type, ports: [{ name: 'tcp', protocol: 'TCP', port: 5432 }] });
  held.spec.inventory.slices = [view.hash];
  const member: IMember = {
    metadata: { name: 'zzzc', creationTimestamp: AT },
    status: {
      claimedUID: 'kube-system-zzzc',
      conditions: [condition(MemberCondition.Claimed, 'True', 'Claimed')],
    },
  };
  const hub: HubFacts = {
    context: 'hub',
    clusterSet: { metadata: { name: 'clusterset', uid: 'set' } },
    members: [member],
    reports: [reportOf('zzzc', 2, 'prod.db')],
    services: [held],
    slices: [record],
    leases: [],
  };
  const serviceImport: IServiceImport = {
    metadata: {
      namespace: 'prod',
      name: 'db',
      uid: 'import',
      labels: { [MANAGED_BY_LABEL]: MANAGED_BY },
      ...(type === 'ClusterSetIP' && { annotations: { [DERIVED_SERVICE_ANNOTATION]: 'derived-db' } }),
    },
    spec: { type, ports: held.spec.ports, ...(type === 'ClusterSetIP' && { ips: ['10.0.0.9'] }) },
    status: { clusters: [{ cluster: 'zzzc' }], conditions: [condition('Ready', 'True', 'Ready')] },
  };
  const imported = toImportedSlice({
    cluster: 'zzzc',
    namespace: 'prod',
    service: 'db',
    sliceHash: view.hash,
    source: projectRecord(record),
    importSpec: serviceImport.spec,
    exporterPorts: held.spec.ports,
    owner: { name: 'db', uid: 'import' },
    derivedService: undefined,
  });
  if (!('slice' in imported)) throw new Error(JSON.stringify(imported));
  const derived = service('prod', 'derived-db', { clusterIP: '10.0.0.9', clusterIPs: ['10.0.0.9'] });
  derived.metadata.labels = { [MANAGED_BY_LABEL]: MANAGED_BY };
  const serviceExport: IServiceExport = {
    metadata: { namespace: 'prod', name: 'db', creationTimestamp: AT },
    status: {
      conditions: [
        condition('Valid', 'True', 'Valid'),
        condition('Ready', 'True', 'Exported'),
        condition('Conflict', 'False', 'NoConflicts'),
      ],
    },
  };
  const nothing = {
    serviceExport: undefined,
    service: undefined,
    serviceImport: undefined,
    derived: [],
    slices: [],
  };
  const namespace = { metadata: { name: 'prod' } };
  return {
    zzzc: {
      ...nothing,
      context: 'zzzc',
      cluster: 'zzzc',
      namespace,
      serviceExport,
      service: service('prod', 'db', type === 'Headless' ? { clusterIP: 'None' } : {}),
      slices: [own],
    },
    shbt: {
      ...nothing,
      context: 'shbt',
      cluster: 'shbt',
      namespace,
      serviceImport,
      derived: type === 'ClusterSetIP' ? [derived] : [],
      slices: [imported.slice],
    },
    hub,
  };
}
