import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { CHAPTERS } from '../specs/all.ts';
import { readReport } from './files.ts';
import { pageOf } from './page.ts';

const specs = CHAPTERS.flatMap((chapter) => chapter.specs);

describe('docs/conformance', () => {
  const folder = new URL('../../../docs/conformance', import.meta.url).pathname;
  const report = readReport(folder);

  it('tells of every spec, in today’s words', () => {
    const told = report?.chapters.flatMap((chapter) => chapter.specs).map(({ results: _, ...rest }) => rest);
    expect(told).toEqual(specs.map(({ id, level, says, kep }) => ({ id, level, says, kep })));
  });

  it('was measured on all stacks', () => {
    expect(Object.keys(report?.runs ?? {})).toEqual(['ipv4', 'ipv6', 'dual']);
  });

  it('has the page of its report', () => {
    expect(readFileSync(`${folder}/README.md`, 'utf8')).toBe(report && pageOf(report));
  });
});
