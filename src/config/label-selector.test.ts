import { describe, expect, it } from 'vitest';
import { parseLabelSelector } from './label-selector.ts';

const LABELS = { team: 'db', env: 'prod', 'example.com/tier': '', empty: '' };

describe('a label selector', () => {
  it.each<[string, boolean]>([
    ['team=db', true],
    ['team==db', true],
    ['team = db', true],
    ['team=web', false],
    ['team!=web', true],
    ['absent!=web', true],
    ['absent=', false],
    ['empty=', true],
    ['team in (web, db)', true],
    ['team in (web)', false],
    ['team notin (web)', true],
    ['absent notin (web)', true],
    ['team notin (db)', false],
    ['example.com/tier', true],
    ['absent', false],
    ['!absent', true],
    ['!team', false],
    ['team=db,env in (prod,stage),!absent', true],
    ['team=db,env in (stage)', false],
    ['constructor', false],
  ])('%s on known labels is %s', (text, expected) => {
    expect(parseLabelSelector(text)?.matches(LABELS)).toBe(expected);
  });

  it('that asks for a label is not met by an object without any', () => {
    expect(parseLabelSelector('team')?.matches(undefined)).toBe(false);
    expect(parseLabelSelector('!team')?.matches(undefined)).toBe(true);
  });

  it.each(['', ' ', ',', 'team=db,', '=db', 'team in db', 'team in (db', 'a b', 'team=d b', '!'])(
    'is not %j',
    (text) => {
      expect(parseLabelSelector(text)).toBeUndefined();
    },
  );
});
