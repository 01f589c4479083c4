import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Body } from './body.ts';
import { Ledger } from './ledger.ts';
import { addressOf, MOST_NUMBERS, newestIn, numbersIn } from './numbers.ts';

describe('numbered addresses', () => {
  it('are of one width, and rise as text as their numbers do', () => {
    const number = fc.integer({ min: 0, max: MOST_NUMBERS - 1 });
    fc.assert(
      fc.property(number, number, (one, other) => {
        const [a, b] = [addressOf(one), addressOf(other)];
        expect(a).toHaveLength(b.length);
        expect(a < b).toBe(one < other);
      }),
    );
  });

  it('are found again in a text, the newest of them as its number', () => {
    const numbers = fc.array(fc.integer({ min: 0, max: MOST_NUMBERS - 1 }), { minLength: 1 });
    fc.assert(
      fc.property(numbers, (given) => {
        const text = JSON.stringify({
          endpoints: given.map((n) => `${addressOf(n)} RSt`),
          version: '10.1.2.3',
        });
        expect(numbersIn(text)).toEqual(given.map(addressOf));
        expect(newestIn(text)).toBe(Math.max(...given));
      }),
    );
    expect(newestIn('{}')).toBe(-1);
  });
});

describe('a body', () => {
  const object = (addresses: readonly string[], generation: number, resourceVersion: string) => ({
    kind: 'Thing',
    metadata: { name: 'a', resourceVersion },
    spec: { source: { uid: 'u', generation }, endpoints: addresses.map((address) => `${address} RSt`) },
  });
  const before = object([addressOf(1), addressOf(2)], 1, '');

  it('is what serializing the changed object gives', () => {
    const addresses = [addressOf(70_000), addressOf(3)];
    const filled = new Body(before).fill({ resourceVersion: '17', addresses, generation: 9 });
    expect(filled).toBe(JSON.stringify(object(addresses, 9, '17')));
  });

  it('refuses more or fewer addresses than it has gaps for', () => {
    const fill = (count: number) => () =>
      new Body(before).fill({ resourceVersion: '1', addresses: Array(count).fill(addressOf(1)) });
    expect(fill(1)).toThrow('1 addresses for 2 gaps');
    expect(fill(3)).toThrow('3 addresses for 2 gaps');
  });
});

describe('a ledger', () => {
  const ms = (milliseconds: number) => BigInt(milliseconds) * 1_000_000n;

  it('times every change, and those that went with a later one by that one', () => {
    const ledger = new Ledger();
    ledger.source('a', 1, ms(0));
    ledger.source('b', 2, ms(1));
    ledger.source('a', 3, ms(5));
    ledger.target(3, ms(9));
    expect(ledger.outstanding).toBe(1);
    ledger.target(2, ms(10));
    expect(ledger.close()).toEqual({
      changes: 3,
      writes: 2,
      coalesced: 1,
      repeats: 0,
      backwards: 0,
      outstanding: 0,
      ms: [9, 4, 9],
    });
  });

  it('tells a write that brings nothing new, and one that brings back what is old', () => {
    const ledger = new Ledger();
    for (const change of [1, 2]) ledger.source('a', change, ms(0));
    for (const change of [1, 2, 2, 1]) ledger.target(change, ms(1));
    expect(ledger.close()).toMatchObject({ writes: 2, repeats: 1, backwards: 1, coalesced: 0 });
  });

  it('takes what the target showed first for what it is', () => {
    const ledger = new Ledger();
    ledger.target(1, ms(3));
    expect(ledger.close()).toMatchObject({ writes: 0, outstanding: 0 });
    ledger.source('a', 1, ms(4));
    expect(ledger.close()).toMatchObject({ changes: 1, writes: 1, outstanding: 0, ms: [-1] });
  });

  it('counts what the source shows once more as no change, and begins each account at nothing', () => {
    const ledger = new Ledger();
    ledger.source('a', 4, ms(0));
    ledger.source('a', 4, ms(1));
    ledger.source('a', 3, ms(2));
    expect(ledger.close()).toMatchObject({ changes: 1, outstanding: 1 });
    ledger.target(4, ms(8));
    expect(ledger.close()).toMatchObject({ changes: 0, writes: 1, outstanding: 0, ms: [8] });
  });

  it('explains every change: it was written, or went with a later one, or is outstanding', () => {
    const steps = fc.array(fc.record({ object: fc.nat(3), shows: fc.boolean() }), { maxLength: 60 });
    fc.assert(
      fc.property(steps, (taken) => {
        const ledger = new Ledger();
        const newest = new Map<number, number>();
        for (const [change, { object, shows }] of taken.entries()) {
          ledger.source(String(object), change, 0n);
          newest.set(object, change);
          if (shows) ledger.target(change, 1n);
        }
        const { changes, writes, coalesced, outstanding, ms: times } = ledger.close();
        expect(writes + coalesced + outstanding).toBe(changes);
        expect(times).toHaveLength(writes + coalesced);
      }),
    );
  });
});
