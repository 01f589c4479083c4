import { createTypeMetaGuard, Model, type TypeMeta } from '@kubernetes-models/base';
import { apiVersionOf, type KubeObject, type ObjectMeta, type Resource } from '../meta.ts';
import { typed, type Untyped } from '../typed.ts';

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

/** kube-system UID of the cluster that wrote the report, as it says; undefined for none, and for what is no text. */
export function reportingUID(report: IMemberReport | undefined): string | undefined {
  const uid: unknown = report?.spec?.clusterUID;
  return typeof uid === 'string' ? uid : undefined;
}

export const memberReports: Resource<IMemberReport> = {
  group: 'hub.tombolo.dev',
  version: 'v1alpha1',
  plural: 'memberreports',
  kind: 'MemberReport',
  namespaced: true,
};

/** Builds a complete MemberReport from its parts; `is` tells one from other JSON by apiVersion and kind. */
export class MemberReport extends Model<IMemberReport> implements IMemberReport, TypeMeta {
  static readonly apiVersion = apiVersionOf(memberReports);
  static readonly kind = memberReports.kind;
  static readonly is = createTypeMetaGuard<IMemberReport & TypeMeta>(MemberReport);
  declare apiVersion: string;
  declare kind: string;
  declare metadata: ObjectMeta;
  declare spec: IMemberReport['spec'];

  constructor(data: Untyped<IMemberReport>) {
    super(typed(memberReports, data));
  }
}
