import { readFileSync, writeFileSync } from 'node:fs';
import { fillTables } from '#test/docs/table.ts';
import type { Benchmark } from '../benchmark.ts';
import { keptScaleTables } from '../scale/kept.ts';
import { DOCS, kept } from './kept.ts';
import { chapterText, NOT_MEASURED, plotFile } from './page.ts';
import { svgOf } from './svg.ts';

const filled = (page: string, tables: ReadonlyMap<string, string>) =>
  fillTables(readFileSync(new URL(page, DOCS), 'utf8'), tables);

/** Both pages and the pictures, by their paths below docs/, as the kept findings of these benchmarks make them. */
export function pageAndPlots(benchmarks: readonly Benchmark[]): Map<string, string> {
  const files = new Map<string, string>();
  const chapters = new Map<string, string>();
  for (const { name, hasChapter, chapterOf } of benchmarks) {
    if (!hasChapter) continue;
    const measured = kept(name);
    const chapter = measured && chapterOf(JSON.stringify(measured.found));
    if (measured === undefined || chapter === undefined) {
      chapters.set(name, NOT_MEASURED);
      continue;
    }
    chapters.set(name, chapterText(chapter, measured));
    for (const [n, plot] of chapter.plots.entries()) {
      files.set(`benchmarks/${plotFile(chapter, n)}`, svgOf(plot));
    }
  }
  files.set('benchmarks.md', filled('benchmarks.md', chapters));
  files.set('scale.md', filled('scale.md', keptScaleTables()));
  return files;
}

/** Writes them. */
export function writePage(benchmarks: readonly Benchmark[]): void {
  for (const [path, text] of pageAndPlots(benchmarks)) writeFileSync(new URL(path, DOCS), text);
}
