import type { Manifest } from '#src/install/manifest.ts';
import { manifestResource } from '#src/install/manifest-path.ts';
import { isKindMissing, isNotFound } from '#src/kube/errors.ts';
import type { Right } from '#src/runtime/rights/missing-rights.ts';
import type { Target } from '../clusters/targets.ts';

/** What became of an object that was to go. */
export interface Deleted {
  manifest: Manifest;
  outcome: 'deleted' | 'not there';
}

/** How manifests are to be deleted. */
export interface HowToDelete {
  /** `client`: only reads; `server`: has the API server judge it. */
  dryRun?: 'client' | 'server' | undefined;
  onDeleted?: ((one: Deleted) => Promise<void> | void) | undefined;
}

/**
 * Deletes objects that a person has asked to go, in the order given; one that is not there is no failure. The UID that
 * was read fences each deletion from an object that was made anew since.
 */
export async function deleteManifests(
  target: Target,
  manifests: readonly Manifest[],
  { dryRun, onDeleted }: HowToDelete = {},
): Promise<Deleted[]> {
  const done: Deleted[] = [];
  for (const manifest of manifests) {
    const one: Deleted = { manifest, outcome: await deleteOne(target, manifest, dryRun) };
    done.push(one);
    await onDeleted?.(one);
  }
  return done;
}

/** What deleteManifests needs. */
export function rightsToDelete(manifests: readonly Manifest[]): Right[] {
  return manifests.flatMap((manifest) => {
    const { group, plural } = manifestResource(manifest);
    const { namespace, name } = manifest.metadata;
    return ['get', 'delete'].map((verb) => ({ verb, group, resource: plural, namespace, name }));
  });
}

async function deleteOne(
  { client, timeoutMs }: Target,
  manifest: Manifest,
  dryRun: HowToDelete['dryRun'],
): Promise<Deleted['outcome']> {
  const resource = manifestResource(manifest);
  try {
    const { metadata } = await client.get(resource, manifest.metadata, { timeoutMs });
    const { uid = '' } = metadata;
    if (dryRun !== 'client') {
      await client.delete(resource, manifest.metadata, { uid }, { timeoutMs, dryRun: dryRun === 'server' });
    }
    return 'deleted';
  } catch (error) {
    if (isNotFound(error) || isKindMissing(error)) return 'not there';
    throw error;
  }
}
