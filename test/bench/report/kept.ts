import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import type { Measured } from './measured.ts';

export const DOCS = new URL('../../../docs/', import.meta.url);
const FOLDER = new URL('benchmarks/', DOCS);

const jsonOf = (name: string) => new URL(`${name}.json`, FOLDER);

/** What a benchmark has found when it was measured last. */
export function kept(name: string): Measured | undefined {
  const file = jsonOf(name);
  // Written by keep(); what its `found` is only the benchmark itself knows.
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Measured) : undefined;
}

/** Keeps what a benchmark has found; a quick run takes the place of another quick one only. */
export function keep(name: string, measured: Measured): void {
  const before = kept(name);
  if (measured.quick && before !== undefined && !before.quick) return;
  mkdirSync(FOLDER, { recursive: true });
  writeFileSync(jsonOf(name), `${JSON.stringify(measured, undefined, 2)}\n`);
}
