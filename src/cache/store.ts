import { isDeepStrictEqual } from 'node:util';
import type { KubeObject } from '#apis/meta.ts';
import type { IndexFunction } from './contract.ts';
import { deepFreeze } from './freeze.ts';
import { Indexes } from './indexes.ts';
import { Listeners } from './listeners.ts';
import { type CacheChange, type CacheKey, type CacheListener, keyOf, type Lister } from './lister.ts';
import type { CompleteList } from './lists.ts';
import { compareVersions } from './version.ts';

/** An object that is gone for sure, as it was last known. */
interface Tombstone {
  uid: string;
  version: string;
}

export interface StoreOptions<V extends KubeObject> {
  indexes?: Record<string, IndexFunction<V>> | undefined;
  /** Freeze what is stored, all the way down. For tests and development. */
  freeze?: boolean | undefined;
  onListenerError: (error: unknown, key: CacheKey) => void;
}

/**
 * The objects of one kind as far as they are known, fed from three sides: lists, watch events, and replies to
 * our own writes. Replies run ahead of the watch, so what the watch brings later may be older than what is
 * stored; the resourceVersion decides. Every change is seen by indexes and listeners in the same tick.
 */
export class Store<V extends KubeObject> implements Lister<V> {
  readonly #objects = new Map<CacheKey, V>();
  readonly #indexes: Indexes<V>;
  readonly #listeners: Listeners<V>;
  readonly #freeze: boolean;
  /** Objects whose content is what we sent, not yet what the server made of it. */
  readonly #assumed = new Set<CacheKey>();
  /** What we deleted and whose DELETED event is still to come. */
  readonly #tombstones = new Map<CacheKey, Tombstone>();
  /** While a list that may turn back the versions is under way: keys that our writes have touched. */
  #touched: Set<string> | undefined;
  #horizon = '0';
  #synced = false;

  constructor({ indexes = {}, freeze = false, onListenerError }: StoreOptions<V>) {
    this.#indexes = new Indexes(indexes);
    this.#listeners = new Listeners(onListenerError);
    this.#freeze = freeze;
  }

  get size(): number {
    return this.#objects.size;
  }

  /** Of the last list, event or bookmark; '0' before the first. */
  get version(): string {
    return this.#horizon;
  }

  get synced(): boolean {
    return this.#synced;
  }

  get(key: CacheKey): V | undefined {
    return this.#objects.get(key);
  }

  byIndex(index: string, value: string): readonly V[] {
    return this.#indexes.get(index, value);
  }

  list(): IterableIterator<V> {
    return this.#objects.values();
  }

  /** The listener gets what is there already, as not live, and every change from then on. */
  addListener(listener: CacheListener<V>): void {
    for (const [key, newObject] of this.#objects) {
      this.#listeners.notifyOne(listener, { key, oldObject: undefined, newObject, live: false });
    }
    this.#listeners.add(listener);
  }

  /** Takes an ADDED or MODIFIED event of the watch over. Events come in the order of their versions. */
  changed(object: V): void {
    this.#horizon = versionOf(object);
    const key = keyOf(object);
    if (this.#isBuried(key, object)) return;
    this.#tombstones.delete(key);
    const change = this.#takeOver(key, this.#objects.get(key), object);
    if (change !== undefined) this.#listeners.notify({ ...change, live: true });
  }

  /** Takes a DELETED event of the watch over; only the metadata of its object is looked at. */
  removed(object: KubeObject): void {
    const version = versionOf(object);
    this.#horizon = version;
    const key = keyOf(object);
    if (this.#isBuried(key, object)) {
      if (this.#tombstones.get(key)?.uid === object.metadata.uid) this.#tombstones.delete(key);
      return;
    }
    const stored = this.#objects.get(key);
    // A reply of ours has shown a later object of this name.
    if (stored === undefined || compareVersions(versionOf(stored), version) > 0) return;
    this.#remove(key, stored);
  }

  /** The watch has come this far without an event. */
  advance(version: string): void {
    this.#horizon = version;
  }

  /** Takes the reply to a create or an update over, unless the watch has already gone past it. */
  wrote(object: V): void {
    const version = versionOf(object);
    const key = keyOf(object);
    this.#touched?.add(key);
    // The watch is beyond this version: where the store does not hold it, somebody has deleted it since.
    if (compareVersions(version, this.#horizon) <= 0) return;
    if (this.#isBuried(key, object)) return;
    const stored = this.#objects.get(key);
    if (stored !== undefined && compareVersions(version, versionOf(stored)) <= 0) return;
    this.#put(key, stored, object);
    this.#assumed.add(key);
    this.#listeners.notify({ key, oldObject: stored, newObject: object, live: true });
  }

  /** The server confirmed that the object with this UID is gone. */
  deleted(key: CacheKey, uid: string): void {
    const stored = this.#objects.get(key);
    // Absent or replaced: the watch was faster, and no event is left to be ignored.
    if (stored?.metadata.uid !== uid) return;
    this.#touched?.add(key);
    this.#tombstones.set(key, { uid, version: versionOf(stored) });
    this.#remove(key, stored);
  }

  /** Call before asking for a list that may be taken over with `reset`: writes from here on are newer than it. */
  beginReset(): void {
    this.#touched = new Set();
  }

  /**
   * Whether a list is of another history than what is stored, although its version is not below: an object in it
   * is older than the list's own version allows, or another one under the same version. A server that was wiped
   * or restored, and has since been written to, shows that.
   */
  contradicts({ items, version }: CompleteList<V>): boolean {
    return items.some((item) => {
      const stored = this.#objects.get(keyOf(item));
      // Above the list's version is what our own writes have shown meanwhile.
      if (stored === undefined || compareVersions(versionOf(stored), version) > 0) return false;
      const order = compareVersions(versionOf(item), versionOf(stored));
      return order < 0 || (order === 0 && item.metadata.uid !== stored.metadata.uid);
    });
  }

  /**
   * Takes a complete list over and tells listeners the difference, as not live. What is missing in it is
   * removed, with its final state unknown, unless a reply has shown a version above the list's.
   * Keys in `unreadable` are left as they are.
   * With `reset` versions are not believed (the server went back in time): the list is the truth, except for
   * what was written since `beginReset`. Returns how many objects changed.
   */
  replace({ items, version, unreadable }: CompleteList<V>, { reset = false } = {}): number {
    const changes: Omit<CacheChange<V>, 'live'>[] = [];
    // Versions count for everything, or only for what our own writes have shown meanwhile.
    const versioned = (key: CacheKey) => !reset || (this.#touched?.has(key) ?? false);
    const listed = new Set<CacheKey>(unreadable);
    for (const item of items) {
      const key = keyOf(item);
      listed.add(key);
      // Of a history that is lost the UIDs alone still mean something.
      const ended = reset ? this.#isDeleted(key, item) : this.#isBuried(key, item);
      if (versioned(key) && ended) continue;
      const stored = this.#objects.get(key);
      const change = versioned(key) ? this.#takeOver(key, stored, item) : this.#replaceOne(key, stored, item);
      if (change !== undefined) changes.push(change);
    }
    for (const [key, stored] of this.#objects) {
      if (listed.has(key)) continue;
      if (versioned(key) && compareVersions(versionOf(stored), version) > 0) continue;
      this.#forget(key, stored);
      changes.push({ key, oldObject: stored, newObject: undefined, finalStateUnknown: true });
    }
    for (const [key, tombstone] of this.#tombstones) {
      // A list that is newer than what we deleted, and does not hold it: no event of it is to come.
      const passed = !listed.has(key) && compareVersions(tombstone.version, version) <= 0;
      if (passed || !versioned(key)) this.#tombstones.delete(key);
      // Its version may be of the lost history, above what the next ones of the name will get.
      else if (reset) this.#tombstones.set(key, { ...tombstone, version: lower(tombstone.version, version) });
    }
    this.#touched = undefined;
    this.#horizon = version;
    this.#synced = true;
    for (const change of changes) this.#listeners.notify({ ...change, live: false });
    return changes.length;
  }

  /** Whether this very object is the one that we deleted. */
  #isDeleted(key: CacheKey, object: KubeObject): boolean {
    const tombstone = this.#tombstones.get(key);
    return tombstone !== undefined && tombstone.uid === object.metadata.uid;
  }

  /** Whether listeners already know that this object came to an end: ours, or an earlier one of the name. */
  #isBuried(key: CacheKey, object: KubeObject): boolean {
    const tombstone = this.#tombstones.get(key);
    if (tombstone === undefined) return false;
    return this.#isDeleted(key, object) || compareVersions(versionOf(object), tombstone.version) <= 0;
  }

  /** Stores what the server shows where it is newer, or confirms an assumption otherwise than assumed. */
  #takeOver(key: CacheKey, stored: V | undefined, object: V): Omit<CacheChange<V>, 'live'> | undefined {
    if (stored !== undefined) {
      const order = compareVersions(versionOf(object), versionOf(stored));
      if (order < 0) return undefined;
      // The same version: the server may have defaulted or allocated what we did not know when we wrote.
      if (order === 0) return this.#assumed.delete(key) ? this.#replaceOne(key, stored, object) : undefined;
    }
    this.#put(key, stored, object);
    return { key, oldObject: stored, newObject: object };
  }

  /** Stores the object where its content differs, whatever the versions. */
  #replaceOne(key: CacheKey, stored: V | undefined, object: V): Omit<CacheChange<V>, 'live'> | undefined {
    if (stored !== undefined && isDeepStrictEqual(stored, object)) return undefined;
    this.#put(key, stored, object);
    return { key, oldObject: stored, newObject: object };
  }

  #put(key: CacheKey, stored: V | undefined, object: V): void {
    if (this.#freeze) deepFreeze(object);
    if (stored !== undefined) this.#indexes.remove(stored);
    this.#objects.set(key, object);
    this.#indexes.add(object);
    this.#assumed.delete(key);
  }

  #forget(key: CacheKey, stored: V): void {
    this.#indexes.remove(stored);
    this.#objects.delete(key);
    this.#assumed.delete(key);
  }

  #remove(key: CacheKey, stored: V): void {
    this.#forget(key, stored);
    this.#listeners.notify({ key, oldObject: stored, newObject: undefined, live: true });
  }
}

/** Objects that come from a server have one; '0' is older than all of them. */
function versionOf(object: KubeObject): string {
  return object.metadata.resourceVersion ?? '0';
}

function lower(a: string, b: string): string {
  return compareVersions(a, b) < 0 ? a : b;
}
