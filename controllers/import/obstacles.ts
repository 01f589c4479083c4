import type { KubeObject } from '#apis/meta.ts';
import { keyOf } from '#src/cache/lister.ts';

/**
 * The names that somebody else's objects hold, and the keys that wait for them: once such an object goes, its
 * event says nothing of whom it stood in the way of. Lost with the process, and found again by its first pass.
 */
export class Obstacles {
  readonly #waiting = new Map<string, string>();

  /** Notes that the key waits for this object to go. */
  add(object: KubeObject, key: string): void {
    this.#waiting.set(keyOf(object), key);
  }

  /** The key that waits for this name, which is free or ours from now on. */
  clear(namespace: string, name: string): string | undefined {
    const at = `${namespace}/${name}`;
    const key = this.#waiting.get(at);
    this.#waiting.delete(at);
    return key;
  }

  waitingFor(object: KubeObject): string | undefined {
    return this.#waiting.get(keyOf(object));
  }
}
