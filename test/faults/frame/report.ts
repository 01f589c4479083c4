import { CATALOGUE, FAULTS } from './catalogue.ts';
import type { FaultFound, FaultRecord } from './found.ts';

/** One test of a fault, over. */
export interface FaultResult {
  found: FaultFound;
  passed: boolean;
}

/** One fault in the report. */
export interface FaultLine {
  id: string;
  /** It has at least one test, and all have passed. */
  ok: boolean;
  spuriousDeletes: number;
  record: FaultRecord;
}

export interface FaultReport {
  faults: FaultLine[];
  passed: number;
  total: number;
}

/** All faults of the catalogue, or those that were asked for: one without a test has not passed. */
export function reportOf(results: readonly FaultResult[], asked: readonly string[] = FAULTS): FaultReport {
  const faults = asked.map((id): FaultLine => {
    const own = results.filter(({ found }) => found.id === id);
    return {
      id,
      ok: own.length > 0 && own.every(({ passed }) => passed),
      spuriousDeletes: own.reduce((sum, { found }) => sum + found.spuriousDeletes.length, 0),
      record: Object.assign({}, ...own.map(({ found }) => found.record)),
    };
  });
  return { faults, passed: faults.filter(({ ok }) => ok).length, total: faults.length };
}

/** As a table, with the sum as its last line. */
export function renderReport({ faults, passed, total }: FaultReport): string {
  const titles: Record<string, string> = CATALOGUE;
  const spurious = faults.reduce((sum, { spuriousDeletes }) => sum + spuriousDeletes, 0);
  return [
    ...faults.map(({ id, ok, spuriousDeletes, record }) =>
      [
        `${id} ${ok ? 'ok    ' : 'FAILED'} ${titles[id] ?? ''}`,
        ...(spuriousDeletes > 0 ? [`  spurious deletes: ${spuriousDeletes}`] : []),
        ...Object.entries(record).map(([name, value]) => `  ${name}: ${value}`),
      ].join('\n'),
    ),
    `${passed} of ${total} faults passed, ${spurious} spurious deletes`,
  ].join('\n');
}
