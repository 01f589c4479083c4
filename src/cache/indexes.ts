import type { KubeObject } from '#apis/meta.ts';
import type { IndexFunction } from './contract.ts';

/** Named indexes over the objects of a store, changed in the same tick as the store itself. */
export class Indexes<V extends KubeObject> {
  readonly #functions: readonly [string, IndexFunction<V>][];
  readonly #buckets = new Map<string, Map<string, Set<V>>>();

  constructor(functions: Record<string, IndexFunction<V>>) {
    this.#functions = Object.entries(functions);
    for (const [name] of this.#functions) this.#buckets.set(name, new Map());
  }

  add(object: V): void {
    for (const [name, valuesOf] of this.#functions) {
      const buckets = this.#bucketsOf(name);
      for (const value of valuesOf(object)) {
        const bucket = buckets.get(value);
        if (bucket === undefined) buckets.set(value, new Set([object]));
        else bucket.add(object);
      }
    }
  }

  remove(object: V): void {
    for (const [name, valuesOf] of this.#functions) {
      const buckets = this.#bucketsOf(name);
      for (const value of valuesOf(object)) {
        const bucket = buckets.get(value);
        bucket?.delete(object);
        if (bucket?.size === 0) buckets.delete(value);
      }
    }
  }

  /** Throws for an index that was never defined: a misspelt name must not read as "nothing there". */
  get(name: string, value: string): readonly V[] {
    const bucket = this.#bucketsOf(name).get(value);
    return bucket === undefined ? [] : [...bucket];
  }

  #bucketsOf(name: string): Map<string, Set<V>> {
    const buckets = this.#buckets.get(name);
    if (buckets === undefined) throw new RangeError(`there is no index ${name}`);
    return buckets;
  }
}
