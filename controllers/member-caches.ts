import { clusterSets } from '#apis/hub/cluster-set.ts';
import { exportedEndpointSlices } from '#apis/hub/exported-endpoint-slice.ts';
import { exportedServices } from '#apis/hub/exported-service.ts';
import { type IMember, members } from '#apis/hub/member.ts';
import { memberReports } from '#apis/hub/member-report.ts';
import { endpointSlices } from '#apis/kubernetes/endpoint-slice.ts';
import { namespaces } from '#apis/kubernetes/namespace.ts';
import { services } from '#apis/kubernetes/service.ts';
import { serviceExports } from '#apis/multicluster/service-export.ts';
import { serviceImports } from '#apis/multicluster/service-import.ts';
import { projectRecord } from '#controllers/endpoints/record-view.ts';
import { projectSlice } from '#controllers/endpoints/views.ts';
import * as importing from '#controllers/import/indexes.ts';
import * as membership from '#controllers/membership/indexes.ts';
import { type InformerDeps, newInformer, type WritableInformer } from '#src/cache/informer.ts';

/**
 * WARNING: what these lack at the start is left out of the inventories, and so taken from everybody: it must be gone,
 * and not only unknown to the one API server of several that answers.
 */
export function localCaches(shared: InformerDeps) {
  return {
    namespaces: newInformer(shared, { resource: namespaces, newest: true }),
    services: newInformer(shared, { resource: services, newest: true }),
    endpointSlices: newInformer(shared, {
      resource: endpointSlices,
      newest: true,
      indexes: { ...membership.sourceSliceIndexes, ...importing.sliceIndexes },
      project: projectSlice,
    }),
    serviceExports: newInformer(shared, {
      resource: serviceExports,
      newest: true,
      indexes: importing.serviceExportIndexes,
    }),
    serviceImports: newInformer(shared, {
      resource: serviceImports,
      indexes: importing.serviceImportIndexes,
    }),
  };
}

/** WARNING: ClusterSet and Members bear no sequence: what was taken back since would be believed, and remove exports. */
export function hubCaches(given: InformerDeps) {
  // Every member keeps the same.
  const shared = { ...given, readers: () => all.size };
  const all: WritableInformer<IMember> = newInformer(shared, { resource: members, newest: true });
  return {
    clusterSets: newInformer(shared, { resource: clusterSets, newest: true }),
    members: all,
    memberReports: newInformer(shared, { resource: memberReports }),
    exportedServices: newInformer(shared, {
      resource: exportedServices,
      indexes: { ...membership.exportedServiceIndexes, ...importing.exportedServiceIndexes },
    }),
    exportedEndpointSlices: newInformer(shared, {
      resource: exportedEndpointSlices,
      indexes: membership.exportedSliceIndexes,
      project: projectRecord,
    }),
  };
}
