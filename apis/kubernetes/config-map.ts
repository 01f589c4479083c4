import type { KubeObject, Resource } from '../meta.ts';

/** A core/v1 ConfigMap. */
export interface IConfigMap extends KubeObject {
  data?: Record<string, string>;
}

export const configMaps: Resource<IConfigMap> = {
  group: '',
  version: 'v1',
  plural: 'configmaps',
  kind: 'ConfigMap',
  namespaced: true,
};
