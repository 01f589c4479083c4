import type { Manifest } from '#src/install/manifest.ts';
import { manifestResource } from '#src/install/manifest-path.ts';
import { describeRight, identityOf, isAllowed, type Right } from '#src/runtime/rights/missing-rights.ts';
import type { Target } from '../clusters/targets.ts';
import { Exit } from '../exit.ts';
import { rightsGranted } from './granted.ts';

/**
 * Throws an Exit(1) that names the identity and each missing right, before anything is written; Exit(3) where the
 * API server does not answer in time. `more` are rights beyond applying the manifests.
 */
export async function requireRightsFor(
  target: Target,
  manifests: readonly Manifest[],
  more: readonly Right[] = [],
): Promise<void> {
  const { context, client, timeoutMs } = target;
  const signal = AbortSignal.timeout(timeoutMs);
  try {
    const asked = new Answers(target, signal);
    const needed = [...manifests.flatMap(rightsToApply), ...more];
    const missing = await asked.missing(needed);
    // Nobody can give away what he has not got: the API server would say so in the middle of the installation.
    if (missing.length === 0) missing.push(...(await asked.missing(await rightsGranted(manifests, asked))));
    if (missing.length === 0) return;
    const identity = await identityOf({ client }, signal);
    throw new Exit(1, [
      ...missing.map((right) => `${context}: ${identity} may not ${describeRight(right)}`),
      'nothing was written',
    ]);
  } catch (error) {
    if (!signal.aborted || error instanceof Exit) throw error;
    throw new Exit(3, [`${context}: no answer within ${timeoutMs / 1000} s; nothing was written`]);
  }
}

/** Server-side apply is a patch, and a create too where there is nothing yet. */
function rightsToApply(manifest: Manifest): Right[] {
  const { group, plural } = manifestResource(manifest);
  const { namespace, name } = manifest.metadata;
  return ['get', 'create', 'patch'].map((verb) => ({ verb, group, resource: plural, namespace, name }));
}

/** What the API server says, asked once for each right. */
class Answers {
  readonly #target: Target;
  readonly #signal: AbortSignal;
  readonly #known = new Map<string, Promise<boolean>>();

  constructor(target: Target, signal: AbortSignal) {
    this.#target = target;
    this.#signal = signal;
  }

  /** The rights of these that are missing, each once. */
  async missing(rights: readonly Right[]): Promise<Right[]> {
    const each = [...new Map(rights.map((right) => [JSON.stringify(right), right])).values()];
    const held = await Promise.all(each.map((right) => this.has(right)));
    return each.filter((_, index) => held[index] !== true);
  }

  async has(right: Right): Promise<boolean> {
    // Who may do it to all objects may do it to this one: most often one question answers for many.
    const general = right.name !== undefined && (await this.#ask({ ...right, name: undefined }));
    return general || this.#ask(right);
  }

  #ask(right: Right): Promise<boolean> {
    const key = JSON.stringify(right);
    const known = this.#known.get(key) ?? isAllowed(this.#target, right, this.#signal);
    this.#known.set(key, known);
    return known;
  }
}
