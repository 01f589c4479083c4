import type { KubeObject, Resource } from '#apis/meta.ts';
import type { KubeClient, ObjectKey } from '#src/kube/client.ts';
import { isConflict } from '#src/kube/errors.ts';

/** Reads, changes and writes one object; somebody else's write in between is no failure. */
export async function edit<T extends KubeObject>(
  client: KubeClient,
  resource: Resource<T>,
  key: ObjectKey,
  change: (present: T) => T,
): Promise<void> {
  await rewrite(client, resource, key, change, (changed) => client.update(resource, changed));
}

/** The same for the status, which is a resource of its own. */
export async function editStatus<T extends KubeObject>(
  client: KubeClient,
  resource: Resource<T>,
  key: ObjectKey,
  change: (present: T) => T,
): Promise<void> {
  await rewrite(client, resource, key, change, (changed) => client.updateStatus(resource, changed));
}

async function rewrite<T extends KubeObject>(
  client: KubeClient,
  resource: Resource<T>,
  key: ObjectKey,
  change: (present: T) => T,
  write: (changed: T) => Promise<unknown>,
): Promise<void> {
  for (;;) {
    const present = await client.get(resource, key);
    try {
      await write(change(present));
      return;
    } catch (error) {
      if (!isConflict(error)) throw error;
    }
  }
}
