import { exportedSliceName, type IExportedEndpointSlice } from '#apis/hub/exported-endpoint-slice.ts';
import { exportedServiceName, type IExportedService } from '#apis/hub/exported-service.ts';
import { memberNamespace } from '#apis/hub/member.ts';
import { type IMemberReport, REPORT_NAME } from '#apis/hub/member-report.ts';
import { sliceHash } from '#controllers/endpoints/names.ts';
import { exportedService } from '#test/builders/exporters.ts';
import { SET_UID, uidOf } from './names.ts';

/** The namespace that the story is about. */
export const NS = 'prod';

export const hashOf = (name: string, suffix: string): string => sliceHash(`${name}-${suffix}`);

export const portsOf = (number: number) => [{ name: 'tcp', port: number, protocol: 'TCP' }];

/** The record of a Service as it is on a good day. */
export function plainService(cluster: string, name: string): IExportedService {
  const { metadata, spec } = exportedService(cluster, { ports: portsOf(5432) });
  const inventory = { sequence: 2, slices: ['a', 'b'].map((one) => hashOf(name, one)).sort() };
  return {
    metadata: { ...metadata, name: exportedServiceName(NS, name) },
    spec: {
      ...spec,
      service: { namespace: NS, name },
      inventory,
      asserted: { uid: uidOf(cluster), sequence: 1 },
    },
  };
}

/** The same of one of its slices. */
export function plainSlice(cluster: string, name: string, suffix: string): IExportedEndpointSlice {
  return {
    metadata: {
      namespace: memberNamespace(cluster),
      name: exportedSliceName(NS, name, hashOf(name, suffix)),
    },
    spec: {
      addressType: 'IPv4',
      ports: portsOf(5432),
      endpoints: ['198.18.1.1 RSt'],
      source: { uid: 'one', generation: 1 },
      asserted: { uid: uidOf(cluster), sequence: 1 },
    },
  };
}

/** The same of the member's report. */
export function plainReport(cluster: string): IMemberReport {
  const services = ['db', 'web'].map((name) => exportedServiceName(NS, name));
  return {
    metadata: { namespace: memberNamespace(cluster), name: REPORT_NAME },
    spec: {
      clusterUID: uidOf(cluster),
      clusterSetUID: SET_UID,
      agentVersion: '1',
      inventory: { sequence: 2, services },
    },
  };
}

/** What shows a change of an object of T. */
interface Shown<T> {
  changes(object: T): void;
}

/** Kinds of a hub that members write. */
export interface PublishedKinds {
  memberReports: Shown<IMemberReport>;
  exportedServices: Shown<IExportedService>;
  exportedEndpointSlices: Shown<IExportedEndpointSlice>;
}

/** A member publishes all that the story is about. */
export function publishes({ hub }: { hub: PublishedKinds }, cluster: string): void {
  hub.memberReports.changes(plainReport(cluster));
  for (const name of ['db', 'web']) {
    hub.exportedServices.changes(plainService(cluster, name));
    for (const one of ['a', 'b']) hub.exportedEndpointSlices.changes(plainSlice(cluster, name, one));
  }
}
