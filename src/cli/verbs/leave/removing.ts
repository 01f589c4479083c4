import type { KubeObject, Resource } from '#apis/meta.ts';
import { isConflict, isKindMissing, isNotFound } from '#src/kube/errors.ts';
import { objectPath, resourceName } from '#src/kube/paths.ts';
import { orAbsent } from '../../clusters/reading.ts';
import type { Target } from '../../clusters/targets.ts';
import { print } from '../../output/print.ts';

/** Whether anything is deleted at all. */
export type DryRun = 'client' | 'server' | undefined;

const ATTEMPTS = 5;

/**
 * Deletes one object and prints so. It is ours as `isOurs` tells of the very version that the deletion is fenced by:
 * one that has changed since is looked at again, and one that is somebody else's by now stays.
 */
export async function remove<T extends KubeObject>(
  { client, timeoutMs }: Pick<Target, 'client' | 'timeoutMs'>,
  resource: Resource<T>,
  found: T,
  { isOurs, dryRun }: { isOurs: (object: T) => boolean; dryRun: DryRun },
): Promise<void> {
  const { name } = found.metadata;
  const key = resource.namespaced ? { namespace: found.metadata.namespace, name } : { name };
  for (let current: T | undefined = found, attempt = 1; current !== undefined && isOurs(current); attempt++) {
    const { uid = '', resourceVersion = '', deletionTimestamp } = current.metadata;
    if (deletionTimestamp !== undefined) return;
    const preconditions = { uid, resourceVersion };
    try {
      if (dryRun === undefined) await client.delete(resource, key, preconditions, { timeoutMs });
      // WARNING: in the body. Where there is one, an API server does not look at the query, and would delete.
      else if (dryRun === 'server') {
        const body = { kind: 'DeleteOptions', apiVersion: 'v1', preconditions, dryRun: ['All'] };
        await client.request('DELETE', objectPath(resource, key), body, { timeoutMs });
      }
      const how = dryRun === undefined ? '' : dryRun === 'client' ? ' (dry run)' : ' (server dry run)';
      const where = key.namespace === undefined ? '' : ` in ${key.namespace}`;
      return print(`${resourceName(resource)}/${name} deleted${where}${how}\n`);
    } catch (error) {
      if (isNotFound(error)) return;
      if (!isConflict(error) || attempt === ATTEMPTS) throw error;
      current = await orAbsent(client.get(resource, key, { timeoutMs }));
    }
  }
}

/** What was read; nothing where the cluster does not have the kind. */
export async function orNone<T>(reading: Promise<T[]>): Promise<T[]> {
  try {
    return await reading;
  } catch (error) {
    if (isKindMissing(error)) return [];
    throw error;
  }
}
