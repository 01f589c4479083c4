/**
 * Distinct keys of several sources, which are served in turn: one key of each, the longest-waiting first within a source. However
 * many keys one source has, another's wait for one of them, not for all.
 */
export class Turns {
  readonly #sourceOf: (key: string) => string;
  /** Sources that have keys, the next one's first: one that has been served goes to the end. */
  readonly #sources = new Map<string, KeyFifo>();
  /** Of each key that waits: a source may be looked up in what changes meanwhile. */
  readonly #origins = new Map<string, string>();

  constructor(sourceOf: (key: string) => string) {
    this.#sourceOf = sourceOf;
  }

  get size(): number {
    return this.#origins.size;
  }

  /** Appends a key that is not in. */
  push(key: string): void {
    const source = this.#sourceOf(key);
    let keys = this.#sources.get(source);
    if (keys === undefined) {
      keys = new KeyFifo();
      this.#sources.set(source, keys);
    }
    keys.push(key);
    this.#origins.set(key, source);
  }

  /** Takes a key out; false where it was not in. */
  delete(key: string): boolean {
    const source = this.#origins.get(key);
    if (source === undefined) return false;
    const keys = this.#sources.get(source);
    keys?.delete(key);
    if (keys?.size === 0) this.#sources.delete(source);
    return this.#origins.delete(key);
  }

  /** Removes the next key. */
  shift(): string | undefined {
    const [next] = this.#sources;
    if (next === undefined) return undefined;
    const [source, keys] = next;
    const key = keys.shift();
    this.#sources.delete(source);
    if (keys.size > 0) this.#sources.set(source, keys);
    if (key !== undefined) this.#origins.delete(key);
    return key;
  }

  clear(): void {
    this.#sources.clear();
    this.#origins.clear();
  }
}

/** A queue of distinct keys from whose middle a key can be removed. */
class KeyFifo {
  readonly #keys = new Set<string>();
  /**
   * Kept between calls: a new iterator steps over every hole that deletions left at the Set's start, which
   * makes emptying a long queue quadratic.
   */
  #head: Iterator<string> | undefined;

  get size(): number {
    return this.#keys.size;
  }

  push(key: string): void {
    this.#keys.add(key);
  }

  delete(key: string): boolean {
    return this.#keys.delete(key);
  }

  shift(): string | undefined {
    if (this.#keys.size === 0) return undefined;
    this.#head ??= this.#keys.values();
    // Never asked while the Set is empty, so it has not ended, and goes on to keys that came since.
    const next = this.#head.next();
    if (next.done) return undefined;
    this.#keys.delete(next.value);
    return next.value;
  }
}
