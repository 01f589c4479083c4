import type { TypeMeta } from '@kubernetes-models/base';
import { apiVersionOf, type KubeObject, type Resource } from './meta.ts';

/** An object without apiVersion and kind: what a kind's constructor takes. */
export type Untyped<T extends KubeObject> = Omit<T, keyof TypeMeta>;

/** The object with its resource's apiVersion and kind in front, whatever it carried before. */
export function typed<T extends KubeObject>(
  resource: Resource<T>,
  object: Untyped<T>,
): Untyped<T> & TypeMeta {
  const type = { apiVersion: apiVersionOf(resource), kind: resource.kind };
  return Object.assign({ ...type }, object, type);
}
