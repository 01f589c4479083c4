import { findCondition } from '#apis/conditions.ts';
import type { Condition } from '#apis/meta.ts';
import { ExportCondition } from '#apis/multicluster/conditions.ts';
import type { IServiceExport } from '#apis/multicluster/service-export.ts';
import type { EventNote } from '#src/runtime/events.ts';

/** Some of a Service's endpoints cannot be exported; the rest is. */
export function endpointsLeftOut(about: IServiceExport, message: string): EventNote {
  return { about, type: 'Warning', reason: 'EndpointsNotExported', message };
}

/**
 * The Events of a change of conditions: one when Valid or Conflict turns, none for a change of words. An
 * export that is fine from the start is no news.
 */
export function transitions(
  about: IServiceExport,
  before: readonly Condition[] | undefined,
  after: readonly Condition[],
): EventNote[] {
  return [validEvent(about, before, after), conflictEvent(about, before, after)].filter(
    (note) => note !== undefined,
  );
}

function validEvent(
  about: IServiceExport,
  before: readonly Condition[] | undefined,
  after: readonly Condition[],
): EventNote | undefined {
  const had = findCondition(before, ExportCondition.Valid);
  const has = findCondition(after, ExportCondition.Valid);
  if (has === undefined || had?.status === has.status) return undefined;
  if (has.status === 'False') return { about, type: 'Warning', reason: has.reason, message: has.message };
  if (had === undefined) return undefined;
  return { about, type: 'Normal', reason: 'ExportValid', message: has.message };
}

function conflictEvent(
  about: IServiceExport,
  before: readonly Condition[] | undefined,
  after: readonly Condition[],
): EventNote | undefined {
  const had = findCondition(before, ExportCondition.Conflict)?.status === 'True';
  const has = findCondition(after, ExportCondition.Conflict);
  if (had === (has?.status === 'True')) return undefined;
  if (has?.status === 'True') {
    return { about, type: 'Warning', reason: 'ExportConflict', message: has.message };
  }
  const message = has?.message ?? 'The conflict is over: this export is no longer valid.';
  return { about, type: 'Normal', reason: 'ExportConflictResolved', message };
}
