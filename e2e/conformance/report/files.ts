import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse, stringify } from 'yaml';
import { pageOf } from './page.ts';
import { type Report, reportSchema } from './report.ts';

/** The report that lies in a folder; undefined: none does. @throws Error for what is no report. */
export function readReport(folder: string): Report | undefined {
  const file = join(folder, 'report.yaml');
  if (!existsSync(file)) return undefined;
  const { success, data, error } = reportSchema.safeParse(parse(readFileSync(file, 'utf8')));
  if (!success) throw new Error(`${file} is no report of this suite, remove it: ${error.issues[0]?.message}`);
  return data;
}

/** Writes report.yaml and README.md, the page. */
export function writeReport(folder: string, report: Report): void {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'report.yaml'), textOf(report));
  writeFileSync(join(folder, 'README.md'), pageOf(report));
}

export function textOf(report: Report): string {
  return stringify(report, { lineWidth: 0 });
}
