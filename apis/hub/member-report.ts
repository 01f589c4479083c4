import type { KubeObject, Resource } from '../meta.ts';

/** What a member says of itself, and the inventory of the services it exports (DESIGN.md 4a). */
export interface IMemberReport extends KubeObject {
  spec: {
    /** kube-system UID of the member's cluster. Immutable. */
    clusterUID: string;
    /** UID of the ClusterSet that this report was written for. */
    clusterSetUID: string;
    agentVersion: string;
    inventory: {
      sequence: number;
      /** `<namespace>.<service>`, sorted. */
      services: string[];
    };
  };
}

export const REPORT_NAME = 'report';

export const memberReports: Resource<IMemberReport> = {
  group: 'hub.tombolo.dev',
  version: 'v1alpha1',
  plural: 'memberreports',
  kind: 'MemberReport',
  namespaced: true,
};
