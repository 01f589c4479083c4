import type { Manifest } from '#src/install/manifest.ts';
import { manifestResource } from '#src/install/manifest-path.ts';
import { isNotFound } from '#src/kube/errors.ts';
import type { Target } from '../clusters/targets.ts';
import { Exit } from '../exit.ts';

const CRD = 'CustomResourceDefinition';

/** An API server takes a moment to serve a new kind. */
const SERVED_WITHIN_MS = 30_000;
const LOOK_EVERY_MS = 100;

/** Resolves when the API server serves the kinds of these CRDs. Throws an Exit that names one that it does not. */
export async function establish(target: Target, manifests: readonly Manifest[]): Promise<void> {
  const deadline = performance.now() + SERVED_WITHIN_MS;
  for (const manifest of manifests.filter(({ kind }) => kind === CRD)) {
    while (!(await isEstablished(target, manifest))) {
      if (performance.now() >= deadline) {
        const line = `${target.context}: ${manifest.metadata.name} is not served after ${SERVED_WITHIN_MS / 1000} s`;
        throw new Exit(1, [`${line}: kubectl describe crd ${manifest.metadata.name} says why`]);
      }
      await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
    }
  }
}

async function isEstablished({ client, timeoutMs }: Target, manifest: Manifest): Promise<boolean> {
  try {
    const { status } = await client.get(manifestResource(manifest), manifest.metadata, { timeoutMs });
    const { conditions }: { conditions?: unknown } = Object(status);
    return (
      Array.isArray(conditions) &&
      conditions.some(({ type, status: is }) => type === 'Established' && is === 'True')
    );
  } catch (error) {
    // Deleted under our hands: the deadline will tell.
    if (isNotFound(error)) return false;
    throw error;
  }
}

/** Label of upstream's CRDs, made for this: an installer shall not put an older release over a newer one. */
const RELEASE = 'multicluster.x-k8s.io/release-version';

/** Why the CRD that is there is to be left: it is of a later release than ours, in words. Undefined: it is not. */
export function laterRelease(ours: Manifest, there: Manifest): string | undefined {
  if (ours.kind !== CRD) return undefined;
  const [mine, theirs] = [ours, there].map(({ metadata }) => metadata.labels?.[RELEASE]);
  if (mine === undefined || theirs === undefined || !isLater(theirs, mine)) return undefined;
  return `the cluster has release ${theirs}, later than ${mine}: kept`;
}

function isLater(a: string, b: string): boolean {
  const [x, y] = [numbersOf(a), numbersOf(b)];
  // A release that nobody can read is no reason to keep off.
  if (x === undefined || y === undefined) return false;
  const at = x.findIndex((part, index) => part !== y[index]);
  return at >= 0 && (x[at] ?? 0) > (y[at] ?? 0);
}

function numbersOf(release: string): number[] | undefined {
  return /^v?(\d+)\.(\d+)\.(\d+)/.exec(release)?.slice(1).map(Number);
}
