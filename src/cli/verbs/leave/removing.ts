import { apiVersionOf, type KubeObject, type Resource } from '#apis/meta.ts';
import { isConflict, isKindMissing, isNotFound } from '#src/kube/errors.ts';
import { orAbsent } from '#src/kube/or-absent.ts';
import { resourceName } from '#src/kube/paths.ts';
import type { Target } from '../../clusters/targets.ts';
import { renderObject } from '../../output/document.ts';
import { dryRunMark } from '../../output/dry-run.ts';
import { print, say } from '../../output/print.ts';

/** Whether anything is written at all, and what is printed of it. */
export interface Doing {
  dryRun?: 'client' | 'server' | undefined;
  /** The objects that go, in place of a line for each. */
  output?: 'yaml' | 'json' | undefined;
}

const ATTEMPTS = 5;

/**
 * Deletes one object and prints so. It is ours as `isOurs` tells of the very version that the deletion is fenced by:
 * one that has changed since is looked at again, and one that is somebody else's by now stays.
 */
export async function remove<T extends KubeObject>(
  { client, timeoutMs }: Pick<Target, 'client' | 'timeoutMs'>,
  resource: Resource<T>,
  found: T,
  { isOurs, dryRun, output }: Doing & { isOurs: (object: T) => boolean },
): Promise<void> {
  const { name } = found.metadata;
  const key = resource.namespaced ? { namespace: found.metadata.namespace, name } : { name };
  for (let current: T | undefined = found, attempt = 1; current !== undefined && isOurs(current); attempt++) {
    const { uid = '', resourceVersion = '', deletionTimestamp } = current.metadata;
    if (deletionTimestamp !== undefined) return;
    const preconditions = { uid, resourceVersion };
    try {
      if (dryRun !== 'client') {
        await client.delete(resource, key, preconditions, { timeoutMs, dryRun: dryRun === 'server' });
      }
      const where = key.namespace === undefined ? '' : ` in ${key.namespace}`;
      await tell(`${resourceName(resource)}/${name} deleted${where}`, { dryRun, output });
      if (output === undefined) return;
      // Not what is in it: a Secret would be printed, too.
      const gone = { apiVersion: apiVersionOf(resource), kind: resource.kind, metadata: key };
      return print(await renderObject(gone, output));
    } catch (error) {
      if (isNotFound(error)) return;
      if (!isConflict(error) || attempt === ATTEMPTS) throw error;
      current = await orAbsent(client.get(resource, key, { timeoutMs }));
    }
  }
}

/** Says what was done, as data unless objects are printed. */
export async function tell(what: string, { dryRun, output }: Doing): Promise<void> {
  const line = `${what}${dryRunMark(dryRun)}`;
  if (output === undefined) await print(`${line}\n`);
  else say(line);
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
