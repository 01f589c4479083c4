import { expect, test } from 'vitest';
import { RecordingLog } from '#test/runtime/recording-log.ts';
import { RefusalLog } from './refusal-log.ts';

const record = 'ExportedService member-zzzc/prod.db';

test('a refusal is said once, again for another reason, and again when it comes back', () => {
  const refusals = new RefusalLog();
  const log = new RecordingLog();
  const note = (...whys: string[]) =>
    refusals.note('prod/db', new Map(whys.map((why) => [record, why])), log);
  for (const whys of [['no type'], ['no type'], ['no ports'], [], [], ['no ports']]) note(...whys);
  expect(log.alarms.map(({ level, message, fields }) => [level, message, fields])).toEqual(
    ['no type', 'no ports', 'no ports'].map((why) => [
      'warn',
      'a record on the hub is refused',
      { record, why },
    ]),
  );
});

test('records of one key are told apart', () => {
  const refusals = new RefusalLog();
  const log = new RecordingLog();
  const other = 'ExportedService member-shbt/prod.db';
  refusals.note('prod/db', new Map([[record, 'no type']]), log);
  refusals.note(
    'prod/db',
    new Map([
      [record, 'no type'],
      [other, 'no type'],
    ]),
    log,
  );
  expect(log.alarms.map(({ fields }) => fields['record'])).toEqual([record, other]);
});
