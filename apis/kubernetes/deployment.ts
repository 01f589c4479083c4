import type { Condition, KubeObject, Resource } from '../meta.ts';

/** The parts of an apps/v1 Deployment that Tombolo reads. */
export interface IDeployment extends KubeObject {
  spec?: {
    replicas?: number;
    selector?: { matchLabels?: Record<string, string> };
    template?: {
      spec?: {
        serviceAccountName?: string;
        containers?: { image?: string; imagePullPolicy?: string; args?: string[] }[];
      };
    };
  };
  status?: {
    observedGeneration?: number;
    replicas?: number;
    updatedReplicas?: number;
    availableReplicas?: number;
    conditions?: Omit<Condition, 'lastTransitionTime'>[];
  };
}

export const deployments: Resource<IDeployment> = {
  group: 'apps',
  version: 'v1',
  plural: 'deployments',
  kind: 'Deployment',
  namespaced: true,
};
