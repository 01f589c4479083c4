import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { kep } from '../kep.ts';
import type { Outcome } from '../run.ts';
import type { Chapter, Spec } from '../spec.ts';
import { textOf } from './files.ts';
import { pageOf } from './page.ts';
import { type Report, type Run, reportSchema, withRun } from './report.ts';

const spec = (id: string, level: Spec['level']): Spec => ({
  id,
  says: `It is ${id}.`,
  level,
  kep: kep.dns('some `words`'),
  open: '',
});
const CHAPTERS: Chapter[] = [{ title: 'All', specs: [spec('a.one', 'required'), spec('a.two', 'optional')] }];
const run = (stack: Run['stack'], ...outcomes: Outcome[]): Run => ({
  stack,
  outcomes,
  members: 2,
  kubernetes: ['v1.34.4'],
  version: '0.1.0',
});
const passed = (id: string): Outcome => ({ id, state: 'passed', ms: Math.random() });
const results = ({ chapters }: Report) => chapters.flatMap(({ specs }) => specs.map((one) => one.results));

describe('a report', () => {
  it('holds a run of each stack, in a fixed order', () => {
    const first = withRun(undefined, CHAPTERS, run('dual', passed('a.one'), passed('a.two')));
    const skipped: Outcome = { id: 'a.two', state: 'skipped', why: 'no pods' };
    const both = withRun(first, CHAPTERS, run('ipv4', passed('a.one'), skipped));
    expect(Object.keys(both.runs)).toEqual(['ipv4', 'dual']);
    expect(results(both)).toEqual([
      { ipv4: 'passed', dual: 'passed' },
      { ipv4: { skipped: 'no pods' }, dual: 'passed' },
    ]);
  });

  it('forgets specs that are no more, and what a stack said before', () => {
    const before = withRun(undefined, CHAPTERS, run('ipv4', passed('a.one'), passed('a.two')));
    const failed: Outcome = { id: 'a.one', state: 'failed', ms: 1, why: '198.18.1.7 did not answer' };
    const after = withRun(
      before,
      [{ title: 'All', specs: [spec('a.one', 'required')] }],
      run('ipv4', failed),
    );
    expect(results(after)).toEqual([{ ipv4: 'failed' }]);
  });

  it('is the same text for the same outcomes, and can be read again', () => {
    const twice = [1, 2].map(() =>
      withRun(undefined, CHAPTERS, run('ipv4', passed('a.one'), passed('a.two'))),
    );
    const [one = '', two] = twice.map(textOf);
    expect(one).toBe(two);
    expect(reportSchema.parse(parse(one))).toEqual(twice[0]);
  });
});

describe('the page', () => {
  const failed: Outcome = { id: 'a.one', state: 'failed', ms: 1, why: 'x' };
  const skipped: Outcome = { id: 'a.two', state: 'skipped', why: 'not there yet' };
  const page = pageOf(withRun(undefined, CHAPTERS, run('ipv6', failed, skipped)));

  it('counts what passed of how many', () => {
    expect(page).toMatch(
      /\| IPv6 +\| v1\.34\.4 +\| 2 +\| 0 of 1 passed, 1 failed +\| 0 of 1 passed, 1 not tried +\|/,
    );
  });

  it('says of each spec where it stands in the KEP and what became of it', () => {
    expect(page).toMatch(
      /\| `a\.one` \| It is a\.one\. \| ✗ +\| required \| \[DNS\]\[dns\]: “some words” \|/,
    );
  });

  it('leads to the section', () => {
    expect(page).toMatch(/^\[dns\]: https:.+\/README\.md#dns$/m);
  });

  it('gives the reason for what was not tried', () => {
    expect(page).toMatch(/\| `a\.two` \| IPv6 +\| not there yet \|/);
  });
});
