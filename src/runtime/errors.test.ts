import { expect, it } from 'vitest';
import { asError, causes } from './errors.ts';

it('the causes of an error are told outermost first, and a circle of them ends', () => {
  const inner = new Error('inner');
  const outer = new Error('outer', { cause: inner });
  inner.cause = outer;
  expect([...causes(outer)]).toEqual([outer, inner]);
  expect([...causes('text')]).toEqual([]);
});

it('an error stays what it is, and other values become the cause of one', () => {
  const error = new TypeError('no');
  expect(asError(error)).toBe(error);
  expect(asError({ code: 7 }).cause).toEqual({ code: 7 });
});
