import type { KubeObject, Resource } from '#apis/meta.ts';
import { PART_OF } from '#src/install/manifest.ts';
import { resourceName } from '#src/kube/paths.ts';
import { asError } from '#src/runtime/errors.ts';
import { listAll } from '../../clusters/reading.ts';
import type { Target } from '../../clusters/targets.ts';

interface Discovered {
  name?: unknown;
  kind?: unknown;
  namespaced?: unknown;
  verbs?: unknown;
}

/** Kinds that say something of other objects, and go with them. */
const NOTES = ['Event', 'Endpoints', 'EndpointSlice'];

/**
 * What somebody else has in the target's namespace, each as `configmaps/name`; a kind that cannot be listed counts,
 * since what it holds is not known.
 */
export async function othersIn(target: Target): Promise<string[]> {
  const found: string[] = [];
  const unknown = (what: string, error: unknown) =>
    void found.push(`${what}, which cannot be listed (${asError(error).message})`);
  for (const resource of await namespacedKinds(target, unknown)) {
    try {
      const all = await listAll<KubeObject>(target, resource, { namespace: target.namespace });
      found.push(
        ...all
          .filter((object) => !comesWithIt(resource.kind, object))
          .map(({ metadata }) => `${resourceName(resource)}/${metadata.name}`),
      );
    } catch (error) {
      unknown(resourceName(resource), error);
    }
  }
  return found;
}

/** What every namespace has, what is on its way out, what ours left behind, and what has an owner that goes with it. */
export function comesWithIt(kind: string, { metadata }: KubeObject): boolean {
  const { name, labels = {}, deletionTimestamp, ownerReferences = [] } = metadata;
  if (NOTES.includes(kind) || deletionTimestamp !== undefined) return true;
  if (kind === 'ServiceAccount' && name === 'default') return true;
  if (kind === 'ConfigMap' && name === 'kube-root-ca.crt') return true;
  if (Object.entries(PART_OF).every(([label, value]) => labels[label] === value)) return true;
  return ownerReferences.some(({ controller }) => controller === true);
}

async function namespacedKinds(
  { client, timeoutMs }: Target,
  unknown: (what: string, error: unknown) => void,
): Promise<Resource<KubeObject>[]> {
  const groups: { groups?: { name: string; preferredVersion?: { version?: string } }[] } = Object(
    await client.request('GET', '/apis', undefined, { timeoutMs }),
  );
  const versions = [
    { group: '', version: 'v1' },
    ...(groups.groups ?? []).map(({ name, preferredVersion }) => ({
      group: name,
      version: preferredVersion?.version ?? '',
    })),
  ];
  const kinds = await Promise.all(
    versions.map(async ({ group, version }) => {
      const path = group === '' ? `/api/${version}` : `/apis/${group}/${version}`;
      const answer: { resources?: Discovered[] } = Object(
        // An extension's own server may be away.
        await client.request('GET', path, undefined, { timeoutMs }).catch((error) => unknown(group, error)),
      );
      return (answer.resources ?? []).flatMap((resource) => kindOf(group, version, resource));
    }),
  );
  return kinds.flat();
}

function kindOf(
  group: string,
  version: string,
  { name, kind, namespaced, verbs }: Discovered,
): Resource<KubeObject>[] {
  const listed = Array.isArray(verbs) && verbs.includes('list') && verbs.includes('delete');
  if (typeof name !== 'string' || typeof kind !== 'string' || namespaced !== true || !listed) return [];
  return [{ group, version, plural: name, kind, namespaced: true }];
}
