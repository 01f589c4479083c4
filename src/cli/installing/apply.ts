import type { Manifest } from '#src/install/manifest.ts';
import { manifestPath, manifestResource, manifestTitle } from '#src/install/manifest-path.ts';
import { isConflict, isKindMissing, isNotFound, type KubeApiError } from '#src/kube/errors.ts';
import { queryString } from '#src/kube/paths.ts';
import type { Target } from '../clusters/targets.ts';
import { Exit } from '../exit.ts';
import { establish, laterRelease } from './crd.ts';
import { holds, sameContent } from './difference.ts';

/** What became of an object, in kubectl's words. */
export type Outcome = 'created' | 'configured' | 'unchanged';

/** One object, and what became of it. */
export interface Applied {
  manifest: Manifest;
  outcome: Outcome;
  /** Why it was left as it is though it says something else. */
  why?: string;
}

/** The field manager of all that the command line applies. */
export const FIELD_MANAGER = 'tombolo-cli';

/** How manifests are to be applied. */
export interface HowToApply {
  /** `client`: only reads; `server`: has the API server judge it. Nothing is kept either way. */
  dryRun?: 'client' | 'server' | undefined;
  /** Told of each object as soon as it is known what became of it. */
  onApplied?: ((one: Applied) => Promise<void> | void) | undefined;
}

/** What other objects lie in or are of: these come first. */
const FIRST = ['Namespace', 'CustomResourceDefinition'];

/**
 * Applies manifests in the order given, but namespaces and CRDs first; a new CRD is waited for until the API server
 * serves it. Does it again where it was done before, and writes nothing then. Throws an Exit where another field
 * manager owns what would change; all else rejects as a KubeClient does.
 */
export async function applyManifests(
  target: Target,
  manifests: readonly Manifest[],
  { dryRun, onApplied }: HowToApply = {},
): Promise<Applied[]> {
  const first = manifests.filter(({ kind }) => FIRST.includes(kind));
  const rest = manifests.filter(({ kind }) => !FIRST.includes(kind));
  const done: Applied[] = [];
  const one = async (manifest: Manifest) => {
    const applied = await applyOne(target, manifest, dryRun);
    done.push(applied);
    await onApplied?.(applied);
  };
  for (const manifest of first) await one(manifest);
  if (dryRun === undefined) await establish(target, first);
  for (const manifest of rest) await one(manifest);
  return done;
}

async function applyOne(target: Target, manifest: Manifest, dryRun: HowToApply['dryRun']): Promise<Applied> {
  const { client, timeoutMs } = target;
  const resource = manifestResource(manifest);
  const before = await orAbsent(client.get(resource, manifest.metadata, { timeoutMs }));
  const why = before && laterRelease(manifest, before);
  if (why !== undefined) return { manifest, outcome: 'unchanged', why };
  if (dryRun === 'client')
    return { manifest, outcome: before ? changeIf(!holds(before, manifest)) : 'created' };
  try {
    // The whole object comes back: another version alone may be what a controller wrote meanwhile.
    const query = queryString({ dryRun: dryRun && 'All', fieldManager: FIELD_MANAGER });
    const after = await client.request('PATCH', manifestPath(manifest) + query, manifest, { timeoutMs });
    return { manifest, outcome: before ? changeIf(!sameContent(before, after)) : 'created' };
  } catch (error) {
    if (isConflict(error)) throw ownedByOther(target, manifest, error);
    // In a dry run the namespace or the kind that it needs was not made either: there is nothing to judge it by.
    if (dryRun === 'server' && before === undefined && isGroundless(error))
      return { manifest, outcome: 'created' };
    throw error;
  }
}

function changeIf(changes: boolean): Outcome {
  return changes ? 'configured' : 'unchanged';
}

async function orAbsent(reading: Promise<Manifest>): Promise<Manifest | undefined> {
  try {
    return await reading;
  } catch (error) {
    if (isNotFound(error) || isKindMissing(error)) return undefined;
    throw error;
  }
}

function isGroundless(error: unknown): boolean {
  return isNotFound(error) || isKindMissing(error);
}

function ownedByOther({ context }: Target, manifest: Manifest, error: KubeApiError): Exit {
  const managers = [...error.message.matchAll(/conflicts? with "([^"]+)"/g)].map(([, name]) => name);
  const fields = (error.details.causes ?? [])
    .map(({ field }) => field)
    .filter((field) => field !== undefined);
  const line =
    `${context}: ${manifestTitle(manifest)} is ${[...new Set(managers)].join(' and ') || 'another manager'}'s: ` +
    `it set ${[...new Set(fields)].join(', ') || 'fields'} to something else; change it there, or delete the object`;
  return new Exit(1, [line], { cause: error });
}
