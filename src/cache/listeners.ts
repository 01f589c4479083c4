import type { KubeObject } from '#apis/meta.ts';
import type { CacheChange, CacheListener } from './lister.ts';

/** Calls every listener in the order they were added. One that throws neither stops the others nor the stream. */
export class Listeners<V extends KubeObject> {
  readonly #listeners: CacheListener<V>[] = [];
  readonly #onError: (error: unknown, key: string) => void;

  /** `onError` gets what a listener threw, and the key it was told of. */
  constructor(onError: (error: unknown, key: string) => void) {
    this.#onError = onError;
  }

  add(listener: CacheListener<V>): void {
    this.#listeners.push(listener);
  }

  notify(change: CacheChange<V>): void {
    for (const listener of this.#listeners) this.notifyOne(listener, change);
  }

  notifyOne(listener: CacheListener<V>, change: CacheChange<V>): void {
    try {
      listener(change);
    } catch (error) {
      this.#onError(error, change.key);
    }
  }
}
