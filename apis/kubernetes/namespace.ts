import type { KubeObject, Resource } from '../meta.ts';

/** The parts of a core/v1 Namespace that Tombolo reads. */
export interface INamespace extends KubeObject {
  status?: { phase?: 'Active' | 'Terminating' };
}

/** The namespace whose UID identifies a cluster: it lives exactly as long as the cluster does. */
export const IDENTITY_NAMESPACE = 'kube-system';

export const namespaces: Resource<INamespace> = {
  group: '',
  version: 'v1',
  plural: 'namespaces',
  kind: 'Namespace',
  namespaced: false,
};
