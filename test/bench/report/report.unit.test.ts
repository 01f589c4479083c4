import { globSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { BENCHMARKS } from '../list.ts';
import { axisFor, markText } from './axis.ts';
import type { Figure, Plot } from './chapter.ts';
import { among } from './command.ts';
import { countsTable, unlike } from './expected.ts';
import { pageAndPlots } from './files.ts';
import { DOCS, kept } from './kept.ts';
import { svgOf } from './svg.ts';

describe('docs/benchmarks.md and docs/scale.md', () => {
  const files = pageAndPlots(BENCHMARKS);

  it('and the pictures are what the kept figures make them; `npm run bench -- page` writes them anew', () => {
    for (const [path, text] of files) expect(readFileSync(new URL(path, DOCS), 'utf8'), path).toBe(text);
  });

  it('have no picture and no figures that no benchmark has', () => {
    const names = BENCHMARKS.filter(({ hasChapter }) => hasChapter).map(
      ({ name }) => `benchmarks/${name}.json`,
    );
    const there = globSync('benchmarks/*', { cwd: DOCS });
    expect(there.filter((path) => !names.includes(path) && !files.has(path))).toEqual([]);
  });

  it('have words about every target that a whole run has missed, below its table', () => {
    const page = files.get('benchmarks.md') ?? '';
    const missing = BENCHMARKS.filter(({ name, chapterOf }) => {
      const measured = kept(name);
      if (measured === undefined || measured.quick) return false;
      const chapter = chapterOf(JSON.stringify(measured.found));
      if (!chapter?.figures.some(({ met }) => met === false)) return false;
      const [, below = ''] = page.split(`<!-- table: ${name} -->`);
      const [, words = ''] = (below.split('\n## ')[0] ?? '').split('<!-- end -->');
      return !words.includes('\nMissed: ');
    });
    expect(missing.map(({ name }) => name)).toEqual([]);
  });
});

describe('what is asked for', () => {
  const named = among(BENCHMARKS);
  const namesOf = (text: string) => named(text).map(({ name }) => name);

  it('goes by names and by numbers, and is run once', () => {
    expect(namesOf('memory,B3')).toEqual(['memory', 'amplification']);
    expect(namesOf('B2,B3,amplification')).toEqual(['amplification']);
  });

  it('is refused with what there is where it is neither', () => {
    expect(() => named('B13')).toThrow('amplification (B2, B3)');
  });

  it('is to be had by each of the twelve numbers', () => {
    for (let number = 1; number <= 12; number++) expect(namesOf(`B${number}`)).toHaveLength(1);
  });
});

describe('the table of counts', () => {
  const figure = (what: string, measured: string, target: string): Figure => ({
    what,
    measured,
    target,
    met: measured === target,
  });
  const fine = { ids: ['B11'], figures: [figure('writes', '20', '20')], wrong: undefined };

  it('shows what was expected beside what was counted, in the order of their numbers', () => {
    const reads = { ids: ['B2', 'B3'], figures: [figure('reads', '0', '0')], wrong: undefined };
    expect(countsTable([fine, reads])).toBe(
      [
        '        count   expected  counted',
        'B2, B3  reads   0         0',
        'B11     writes  20        20',
        '',
        '2 counts, all as expected',
      ].join('\n'),
    );
    expect(unlike([fine, reads])).toBe(0);
  });

  it('fails on a difference of one, and on a benchmark that did not end', () => {
    const one = { ids: ['B4'], figures: [figure('lists', '11', '10')], wrong: 'exit code 1' };
    const none = { ids: ['B6'], figures: [], wrong: 'ended by SIGTERM' };
    expect(unlike([fine, one, none])).toBe(2);
    expect(countsTable([fine, one, none]).split('\n').slice(1)).toEqual([
      'B4   lists                10        11       DIFFERS',
      'B6   nothing was counted                     ended by SIGTERM',
      'B11  writes               20        20',
      '',
      '2 of 3 counts differ',
    ]);
  });
});

describe('an axis', () => {
  it.each([
    [0, [0, 1]],
    [0.8, [0, 0.2, 0.4, 0.6, 0.8]],
    [7, [0, 2, 4, 6, 8]],
    [100_000, [0, 20_000, 40_000, 60_000, 80_000, 100_000]],
  ])('up to %d has round marks', (highest, marks) => {
    expect(axisFor(highest).marks.map(markText)).toEqual(marks.map(markText));
  });
});

describe('a picture', () => {
  /** All texts with the room that they take, at 6.6 pixels a letter. */
  const textsOf = (plot: Plot) =>
    [...svgOf(plot).matchAll(/<text x="([\d.]+)" y="([\d.]+)" text-anchor="(\w+)">([^<]*)</g)].map(
      ([, x, y, anchor, words = '']) => {
        const width = 6.6 * words.length;
        const left = Number(x) - (anchor === 'middle' ? width / 2 : anchor === 'end' ? width : 0);
        return { words, left, right: left + width, line: Number(y) };
      },
    );

  it('names its axes and every curve', () => {
    const plot: Plot = {
      kind: 'lines',
      x: 'slices',
      y: 'seconds < 3',
      series: [
        {
          name: 'agent',
          points: [
            [0, 1],
            [10, 2],
          ],
        },
        { name: 'floor', points: [[0, 1]] },
      ],
    };
    const words = textsOf(plot).map((text) => text.words);
    expect(words).toEqual(expect.arrayContaining(['slices', 'seconds &lt; 3', 'agent', 'floor', '10', '2']));
  });

  const drawn = BENCHMARKS.flatMap(({ name, chapterOf }) => {
    const measured = kept(name);
    const plots = measured && chapterOf(JSON.stringify(measured.found))?.plots;
    return (plots ?? []).map((plot) => ({ name, plot }));
  });

  it.for(drawn)('of $name has its texts within it, and none upon another', ({ plot }) => {
    const texts = textsOf(plot);
    for (const one of texts) {
      expect(one.left, one.words).toBeGreaterThanOrEqual(0);
      expect(one.right, one.words).toBeLessThanOrEqual(720);
      const upon = texts.filter(
        (other) =>
          other !== one &&
          Math.abs(other.line - one.line) < 11 &&
          other.left < one.right &&
          one.left < other.right,
      );
      expect(upon, one.words).toEqual([]);
    }
  });
});
