import type { KubeObject, Resource } from '../meta.ts';

/** The parts of a core/v1 ResourceQuota that Tombolo reads and writes; quantities are strings. */
export interface IResourceQuota extends KubeObject {
  spec?: { hard?: Record<string, string> };
  status?: { hard?: Record<string, string>; used?: Record<string, string> };
}

export const resourceQuotas: Resource<IResourceQuota> = {
  group: '',
  version: 'v1',
  plural: 'resourcequotas',
  kind: 'ResourceQuota',
  namespaced: true,
};
