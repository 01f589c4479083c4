import { describe, expect, it } from 'vitest';
import type { Seen } from './traffic.ts';
import { beyondLocal, expectNoWorse } from './verdict.ts';

const at = (...moments: number[]) => moments.map((moment) => ({ at: moment, why: 'test' }));

function seen(from: string, lane: string, failed: readonly number[] = [], change: Partial<Seen> = {}): Seen {
  const answers = { 'web-1.one': 50, 'web-2.two': 50 - failed.length };
  return { from, lane, asked: 100, answers, failures: at(...failed), ...change };
}

function allOf(change: Partial<Record<'clusterset' | 'pod' | 'local', readonly number[]>>): Seen[] {
  return ['one', 'two'].flatMap((from) =>
    (['clusterset', 'pod', 'local'] as const).map((lane) =>
      seen(from, lane, from === 'one' ? change[lane] : []),
    ),
  );
}

describe('a failure across the set', () => {
  it('counts where no request to a Service of one cluster failed at that moment', () => {
    const local = seen('two', 'local', [11_000]);
    expect(beyondLocal({ failures: at(9_999, 10_000, 12_000, 12_001) }, [local])).toEqual(at(9_999, 12_001));
  });

  it('of either lane makes the verdict', () => {
    expect(() => expectNoWorse({ seen: allOf({}), atLeast: 100, ms: 10_000 })).not.toThrow();
    expect(() =>
      expectNoWorse({ seen: allOf({ clusterset: [5], local: [5] }), atLeast: 100, ms: 10_000 }),
    ).not.toThrow();
    expect(() => expectNoWorse({ seen: allOf({ clusterset: [5] }), atLeast: 100, ms: 10_000 })).toThrow(
      '1 of 100 failed',
    );
    expect(() => expectNoWorse({ seen: allOf({ pod: [5] }), atLeast: 100, ms: 10_000 })).toThrow(
      '1 of 100 failed',
    );
  });
});

describe('no verdict is given', () => {
  it('where a client has asked too little', () => {
    expect(() => expectNoWorse({ seen: allOf({}), atLeast: 101, ms: 10_000 })).toThrow(
      'requests on clusterset from one',
    );
  });

  it('where a request was lost', () => {
    const others = allOf({}).slice(1);
    const lost = seen('one', 'clusterset', [], { asked: 101 });
    expect(() => expectNoWorse({ seen: [lost, ...others], atLeast: 100, ms: 10_000 })).toThrow(
      'clusterset from one',
    );
  });

  it('where a cluster has not answered', () => {
    const others = allOf({}).slice(1);
    const lonely = seen('one', 'clusterset', [], { answers: { 'web-1.one': 100 } });
    expect(() => expectNoWorse({ seen: [lonely, ...others], atLeast: 100, ms: 10_000 })).toThrow();
  });

  it('beside Services that fail half of the time', () => {
    const fail =
      (...local: number[]) =>
      () =>
        expectNoWorse({ seen: allOf({ local }), atLeast: 100, ms: 10_000 });
    expect(fail(1_000, 2_500, 2_600)).not.toThrow();
    expect(fail(1_000, 2_500, 5_000)).toThrow('3 of 100 failed');
  });
});
