import { expect, test } from 'vitest';
import { CATALOGUE, type FaultId } from './catalogue.ts';
import { type FaultFound, Finding } from './found.ts';

declare module 'vitest' {
  interface TaskMeta {
    fault?: FaultFound;
  }
}

export interface FaultOptions {
  /** Milliseconds; the project's unless told. */
  timeout?: number;
}

/**
 * A test of a fault, named by its number: `fault('F05', 'with bumped revisions', …)`. A fault may have several. It
 * fails where deletes were not counted (Finding.deleted), and where one of them was not right.
 */
export function fault(
  id: FaultId,
  what: string,
  body: (finding: Finding) => Promise<void>,
  options: FaultOptions = {},
): void {
  test(`${id} ${CATALOGUE[id]}: ${what}`, options, async ({ task }) => {
    const finding = new Finding();
    try {
      await body(finding);
    } finally {
      const { record, spuriousDeletes = [] } = finding;
      task.meta.fault = { id, record, spuriousDeletes: [...spuriousDeletes] };
    }
    expect(finding.spuriousDeletes, 'deletes that nothing justifies; undefined: never counted').toEqual([]);
  });
}
