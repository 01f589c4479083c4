import { describe, expect, it } from 'vitest';
import { lasting, stepsOf, withOutputs } from './page.ts';

const PAGE = [
  '# Start',
  '',
  '```sh',
  'a',
  'b',
  '```',
  '',
  '```text',
  'old',
  '```',
  '',
  '```sh',
  'c',
  '```',
  '',
];

describe('a page of commands', () => {
  it('has steps, each with what is shown of it', () => {
    expect(stepsOf(PAGE.join('\n'))).toMatchObject([
      { title: 'Start', commands: ['a', 'b'], shown: ['old'] },
      { title: 'Start', commands: ['c'], shown: undefined },
    ]);
  });

  it('shows what was said this time where it showed something before', () => {
    const after = withOutputs(PAGE.join('\n'), ['new\nlines\n', 'not shown']);
    expect(stepsOf(after).map(({ shown }) => shown)).toEqual([['new', 'lines'], undefined]);
    expect(after.split('\n')).toHaveLength(PAGE.length + 1);
  });

  it('with a block that has no end is refused', () => {
    expect(() => stepsOf('```sh\na')).toThrow('line 1');
  });
});

describe('two runs', () => {
  it.each([
    ['zzzc   True   4s   1.2 ms', 'zzzc  True  1m30s  40 ms'],
    ['198.18.1.7   2026-11-24T10:00:00Z', '198.18.2.9  2027-01-01T00:00:00Z'],
    ['waiting (1s of 60s) for a\ndone', 'done'],
    ['claimed by 6f1c1c5e-0000-4000-8000-0123456789ab', 'claimed by aaaaaaaa-1111-4111-8111-bbbbbbbbbbbb'],
    ['slice db-x7k2p  2/2', 'slice db-abcde  2/2'],
    ['hub: waiting for a\ndone', 'done'],
    ['db-zzzc-75vudtmlspomg3np  prod.db.3m1nv1n9fjbbr', 'db-zzzc-000000000000000a  prod.db.aaaaaaaaaaaaa'],
    ['kube-system/coredns-686dc8457d-76xz5 A db', 'kube-system/coredns-686dc8457d-aaaaa A db'],
    ['clocks 0 s apart', 'clocks 1 s apart'],
  ])('that said %j and %j said the same', (one, other) => expect(lasting(one)).toBe(lasting(other)));

  it.each([
    ['2/2', '1/2'],
    ['db-0.zzzc', 'db-1.zzzc'],
    ['True', 'False'],
    ['3 endpoints', '4 endpoints'],
  ])('that said %j and %j did not', (one, other) => expect(lasting(one)).not.toBe(lasting(other)));
});
