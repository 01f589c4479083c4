import { KubeApiError } from '#src/kube/errors.ts';

/**
 * What the hub said about records that it did not take, by export key: from the loop that writes them to the
 * loop that states conditions. In memory only, since after a restart the hub is asked again.
 */
export class Refusals {
  readonly #messages = new Map<string, string>();
  readonly #listeners: ((key: string) => void)[] = [];

  get(key: string): string | undefined {
    return this.#messages.get(key);
  }

  /** Notes why the hub refused, or undefined for that it did not; listeners hear of changes only. */
  set(key: string, message: string | undefined): void {
    if (this.#messages.get(key) === message) return;
    if (message === undefined) this.#messages.delete(key);
    else this.#messages.set(key, message);
    for (const listener of this.#listeners) listener(key);
  }

  onChange(listener: (key: string) => void): void {
    this.#listeners.push(listener);
  }
}

/**
 * The hub's words if it refused a write for good, as long as nothing changes there or here; undefined for
 * what passes by itself: a lost race, overload, credentials being renewed, no answer at all.
 */
export function refusalOf(error: unknown): string | undefined {
  if (!(error instanceof KubeApiError)) return undefined;
  const passing = error.code === 401 || error.code === 409 || error.code === 429 || error.code >= 500;
  return passing ? undefined : error.message;
}
