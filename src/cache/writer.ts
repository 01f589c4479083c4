import { apiVersionOf, type KubeObject, type ObjectMeta, type Resource } from '#apis/meta.ts';
import type { KubeClient } from '#src/kube/client.ts';
import { isNotFound } from '#src/kube/errors.ts';
import type { Writer } from './contract.ts';
import type { WritableInformer } from './informer.ts';
import { keyOf } from './lister.ts';

/**
 * Writes one kind and puts the replies into the informer's cache: the object as it was sent, with the metadata
 * that the server answered. What the server defaulted or allocated follows with the watch event of the same
 * version. Written objects must match the informer's namespace and selector: nothing would take them out again.
 */
export function newWriter<T extends KubeObject>(
  client: KubeClient,
  resource: Resource<T>,
  informer: Pick<WritableInformer<T, KubeObject>, 'wrote' | 'deleted'>,
): Writer<T> {
  const typeMeta = { apiVersion: apiVersionOf(resource), kind: resource.kind };
  // As the watch will show it, so that its event finds nothing to change.
  const took = (object: T, metadata: ObjectMeta) => informer.wrote({ ...object, ...typeMeta, metadata });
  return {
    async create(object, options) {
      took(object, await client.create(resource, object, options));
    },
    async update(object, options) {
      took(object, await client.update(resource, object, options));
    },
    async updateStatus(object, options) {
      took(object, await client.updateStatus(resource, object, options));
    },
    async delete(object, options) {
      const { namespace, name, uid, resourceVersion } = object.metadata;
      if (uid === undefined || resourceVersion === undefined) {
        throw new TypeError(`a delete of ${resource.plural} ${keyOf(object)} without UID and version`);
      }
      try {
        const remains = await client.delete(resource, { namespace, name }, { uid, resourceVersion }, options);
        // Finalizers keep it; the watch shows its deletionTimestamp.
        if (remains !== undefined) return;
      } catch (error) {
        if (!isNotFound(error)) throw error;
      }
      informer.deleted(keyOf(object), uid);
    },
  };
}
