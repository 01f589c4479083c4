import type { KubeObject, Resource } from '../meta.ts';

/** A Secret; values are base64. */
export interface ISecret extends KubeObject {
  type?: string;
  data?: Record<string, string>;
}

export const secrets: Resource<ISecret> = {
  group: '',
  version: 'v1',
  plural: 'secrets',
  kind: 'Secret',
  namespaced: true,
};
