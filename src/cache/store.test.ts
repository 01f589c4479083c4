import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { KubeObject } from '#apis/meta.ts';
import { type CacheChange, keyOf } from './lister.ts';
import type { CompleteList } from './lists.ts';
import { Store } from './store.ts';

interface Thing extends KubeObject {
  value: number;
}

function thing(name: string, version: number, value = version, uid = `${name}-uid`): Thing {
  return { metadata: { namespace: 'ns', name, uid, resourceVersion: String(version) }, value };
}

function listOf(version: number, ...items: Thing[]): CompleteList<Thing> {
  return { items, version: String(version), unreadable: new Set() };
}

/** A store that has taken `list` over, and all changes since. */
function storeWith(list: CompleteList<Thing>) {
  const errors: unknown[] = [];
  const store = new Store<Thing>({
    freeze: true,
    indexes: { value: (object) => [String(object.value)] },
    onListenerError: (error) => errors.push(error),
  });
  store.replace(list);
  const changes: CacheChange<Thing>[] = [];
  store.addListener((change) => changes.push(change));
  changes.length = 0;
  return { store, changes, errors };
}

describe('lists', () => {
  it('tells only the difference, as not live', () => {
    const { store, changes } = storeWith(listOf(10, thing('same', 3), thing('old', 4), thing('gone', 5)));
    store.replace(listOf(20, thing('same', 3), thing('old', 15), thing('new', 16)));
    expect(changes.map(({ key, live, finalStateUnknown }) => [key, live, finalStateUnknown])).toEqual([
      ['ns/old', false, undefined],
      ['ns/new', false, undefined],
      ['ns/gone', false, true],
    ]);
  });

  it('keeps what a reply has shown above the version of the list', () => {
    const { store, changes } = storeWith(listOf(10, thing('a', 3)));
    store.wrote(thing('a', 30));
    store.wrote(thing('b', 31));
    changes.length = 0;
    store.replace(listOf(20, thing('a', 3)));
    expect([store.get('ns/a')?.value, store.get('ns/b')?.value]).toEqual([30, 31]);
    expect(changes).toEqual([]);
  });

  it('does not bring back what we deleted after it was made', () => {
    const { store, changes } = storeWith(listOf(10, thing('a', 3)));
    store.deleted('ns/a', 'a-uid');
    store.replace(listOf(12, thing('a', 3)));
    expect(store.size).toBe(0);
    expect(changes).toHaveLength(1);
    store.replace(listOf(20));
    // The tombstone is spent: an object with this UID would be news.
    store.changed(thing('a', 21));
    expect(store.size).toBe(1);
  });

  it('leaves alone what is there and cannot be read', () => {
    const { store, changes } = storeWith(listOf(10, thing('a', 3)));
    store.replace({ ...listOf(20), unreadable: new Set(['ns/a']) });
    expect(store.get('ns/a')?.value).toBe(3);
    expect(changes).toEqual([]);
  });

  it('makes the store synced, for ever', () => {
    const store = new Store<Thing>({ onListenerError: () => {} });
    expect(store.synced).toBe(false);
    store.replace(listOf(1));
    expect(store.synced).toBe(true);
  });
});

describe('lists of a server that went back', () => {
  it('are the truth: lower versions win, equal versions of other content win, and what is missing goes', () => {
    const { store } = storeWith(listOf(50, thing('a', 40), thing('b', 41, 1), thing('c', 42)));
    store.beginReset();
    store.replace(listOf(45, thing('a', 7), thing('b', 41, 2)), { reset: true });
    expect([...store.list()].map((object) => object.value).sort()).toEqual([2, 7]);
    expect(store.byIndex('value', '2')).toHaveLength(1);
    expect(store.byIndex('value', '1')).toEqual([]);
  });

  it('do not undo what was written since they were asked for', () => {
    const { store } = storeWith(listOf(50, thing('a', 40), thing('b', 41)));
    store.beginReset();
    store.wrote(thing('a', 60));
    store.deleted('ns/b', 'b-uid');
    store.replace(listOf(45, thing('a', 7), thing('b', 8)), { reset: true });
    expect([...store.list()].map((object) => object.value)).toEqual([60]);
  });

  it('do not leave behind that what we deleted is newer than another object of its name, there or to come', () => {
    const { store } = storeWith(listOf(1000, thing('a', 1000), thing('b', 1000)));
    store.beginReset();
    for (const name of ['a', 'b']) store.deleted(`ns/${name}`, `${name}-uid`);
    store.replace(listOf(505, thing('b', 504, 504, 'another')), { reset: true });
    store.changed(thing('a', 600, 600, 'another'));
    expect([...store.list()].map((object) => object.value).sort()).toEqual([504, 600]);
  });

  it('do not bring back what we deleted since, whichever version it has there', () => {
    const { store } = storeWith(listOf(1000, thing('a', 1000)));
    store.beginReset();
    store.deleted('ns/a', 'a-uid');
    store.replace(listOf(505, thing('a', 480)), { reset: true });
    store.changed(thing('a', 510));
    expect(store.size).toBe(0);
    store.removed(thing('a', 511));
    store.changed(thing('a', 512, 512, 'another'));
    expect(store.get('ns/a')?.value).toBe(512);
  });
});

describe('lists of another history', () => {
  const { store } = storeWith(listOf(50, thing('a', 40), thing('b', 41)));
  store.wrote(thing('c', 60));

  it.each([
    ['an object is older than it was, though the list is not', listOf(50, thing('a', 7)), true],
    ['another object has the version of one that is stored', listOf(55, thing('a', 40, 40, 'other')), true],
    ['nothing has changed', listOf(50, thing('a', 40), thing('b', 41)), false],
    ['an object is newer, another one gone, one new', listOf(70, thing('a', 61), thing('d', 62)), false],
    ['a reply has shown what is above the version of the list', listOf(55, thing('c', 3)), false],
  ])('%s: %#', (_, list, expected) => {
    expect(store.contradicts(list)).toBe(expected);
  });
});

describe('replies', () => {
  it('are ignored where the watch has gone past them: the object was deleted in between', () => {
    const { store, changes } = storeWith(listOf(10));
    store.changed(thing('a', 11));
    store.removed(thing('a', 12));
    changes.length = 0;
    store.wrote(thing('a', 11));
    expect(store.size).toBe(0);
    expect(changes).toEqual([]);
  });

  it('are confirmed by the watch without a second change, and corrected with one', () => {
    const { store, changes } = storeWith(listOf(10));
    store.wrote(thing('a', 11));
    store.changed(thing('a', 11));
    expect(changes).toHaveLength(1);
    store.wrote(thing('b', 12));
    store.changed({ ...thing('b', 12), value: 99 });
    expect(changes).toHaveLength(3);
    expect(store.get('ns/b')?.value).toBe(99);
    // A repeated event is no news.
    store.changed({ ...thing('b', 12), value: 100 });
    expect(changes).toHaveLength(3);
  });
});

describe('readers', () => {
  it('late listeners get what is there, as not live', () => {
    const { store } = storeWith(listOf(10, thing('a', 3)));
    const told: CacheChange<Thing>[] = [];
    store.addListener((change) => told.push(change));
    expect(told).toMatchObject([{ key: 'ns/a', live: false, oldObject: undefined }]);
  });

  it('a listener sees the store and its indexes as they are after the change', () => {
    const { store } = storeWith(listOf(10, thing('a', 3)));
    const seen: unknown[] = [];
    store.addListener(({ key }) => seen.push([store.get(key)?.value, store.byIndex('value', '11').length]));
    store.changed(thing('a', 11));
    store.removed(thing('a', 12));
    expect(seen).toEqual([
      [3, 0],
      [11, 1],
      [undefined, 0],
    ]);
  });

  it('a listener that throws is reported, and stops neither the others nor the store', () => {
    const { store, errors, changes } = storeWith(listOf(10));
    store.addListener(() => {
      throw new Error('a bug');
    });
    let later = 0;
    store.addListener(() => later++);
    store.changed(thing('a', 11));
    expect([errors.length, later, changes.length, store.size]).toEqual([1, 1, 1, 1]);
  });

  it('a misspelt index is an error, and what is cached cannot be changed', () => {
    const { store } = storeWith(listOf(10, thing('a', 3)));
    expect(() => store.byIndex('valeu', '3')).toThrow(RangeError);
    expect(() => Object.assign(store.get('ns/a')?.metadata ?? {}, { name: 'b' })).toThrow(TypeError);
  });
});

/** A server with a history, clients that write, and a watch that lags: what the store must never lose track of. */
type Step =
  | { do: 'world' | 'ours'; name: string; delete: boolean }
  | { do: 'reply'; pick: number }
  | { do: 'watch' }
  | { do: 'list'; age: number; newest: boolean };

const names = fc.constantFrom('a', 'b');
const steps: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constantFrom('world' as const, 'ours' as const),
      name: names,
      delete: fc.boolean(),
    }),
  },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('reply' as const), pick: fc.nat(5) }) },
  fc.record({ do: fc.constant('watch' as const) }),
  fc.record({ do: fc.constant('list' as const), age: fc.nat(6), newest: fc.boolean() }),
);

class History {
  version = 0;
  watched = 0;
  readonly states: ReadonlyMap<string, Thing>[] = [new Map()];
  readonly events: { type: 'changed' | 'removed'; object: Thing }[] = [];
  readonly replies: (() => void)[] = [];
  /** UIDs whose removal listeners have been told of by a reply. */
  readonly buried = new Set<string | undefined>();
  readonly store: Store<Thing>;

  constructor(store: Store<Thing>) {
    this.store = store;
    store.replace(listOf(0));
  }

  get state(): ReadonlyMap<string, Thing> {
    return this.states[this.version] ?? new Map();
  }

  run(step: Step): void {
    switch (step.do) {
      case 'world':
        this.write(step.name, step.delete);
        break;
      case 'ours': {
        const before = this.state.get(step.name);
        const after = this.write(step.name, step.delete);
        if (after !== undefined) this.replies.push(() => this.store.wrote({ ...after }));
        else if (before !== undefined) this.replies.push(() => this.deleted(before));
        break;
      }
      case 'reply':
        // In any order: replies of different workers do not wait for each other.
        this.replies.splice(step.pick % Math.max(this.replies.length, 1), 1)[0]?.();
        break;
      case 'watch':
        this.watch();
        break;
      case 'list': {
        const version = step.newest ? this.version : Math.max(this.watched, this.version - step.age);
        this.store.replace(listOf(version, ...(this.states[version]?.values() ?? [])));
        this.watched = version;
      }
    }
  }

  finish(): void {
    for (const reply of this.replies.splice(0)) reply();
    while (this.watched < this.version) this.watch();
  }

  watch(): void {
    const event = this.events[this.watched];
    if (event === undefined) return;
    this.watched++;
    this.store[event.type]({ ...event.object });
  }

  deleted(object: Thing): void {
    const { uid } = object.metadata;
    if (this.store.get(keyOf(object))?.metadata.uid === uid) this.buried.add(uid);
    this.store.deleted(keyOf(object), uid ?? '');
  }

  /** Returns the new object; undefined for a delete, or for nothing to delete. */
  write(name: string, remove: boolean): Thing | undefined {
    const present = this.state.get(name);
    if (remove && present === undefined) return undefined;
    const next = new Map(this.state);
    this.version++;
    const uid = present?.metadata.uid ?? `${name}-${this.version}`;
    const object = thing(name, this.version, this.version % 3, uid);
    if (remove) next.delete(name);
    else next.set(name, object);
    this.states.push(next);
    this.events.push({ type: remove ? 'removed' : 'changed', object });
    return remove ? undefined : object;
  }
}

describe('any order of events, replies and lists', () => {
  it('ends equal to the server, tells a consistent story, and never shows a version older than one shown', () => {
    fc.assert(
      fc.property(fc.array(steps, { maxLength: 40 }), (script) => {
        const store = new Store<Thing>({
          freeze: true,
          indexes: { value: (object) => [String(object.value)] },
          onListenerError: (error) => {
            throw error;
          },
        });
        const history = new History(store);
        const told = new Map<string, Thing>();
        const newest = new Map<string, number>();
        store.addListener(({ key, oldObject, newObject }) => {
          expect(oldObject).toBe(told.get(key));
          if (newObject === undefined) {
            told.delete(key);
            return;
          }
          expect(history.buried).not.toContain(newObject.metadata.uid);
          const version = Number(newObject.metadata.resourceVersion);
          // Equal: the server's word on what we had assumed.
          expect(version).toBeGreaterThanOrEqual(newest.get(key) ?? 0);
          newest.set(key, version);
          told.set(key, newObject);
        });
        for (const step of script) history.run(step);
        history.finish();
        const expected = [...history.state.values()].map((object) => object.metadata.uid).sort();
        expect([...store.list()].map((object) => object.metadata.uid).sort()).toEqual(expected);
        for (const object of history.state.values()) {
          expect(store.get(keyOf(object))).toEqual(object);
          expect(store.byIndex('value', String(object.value))).toContain(store.get(keyOf(object)));
        }
        const indexed = ['0', '1', '2'].reduce((sum, value) => sum + store.byIndex('value', value).length, 0);
        expect(indexed).toBe(history.state.size);
      }),
      { numRuns: 3_000 },
    );
  });
});
