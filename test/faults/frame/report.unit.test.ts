import { expect, test } from 'vitest';
import { FAULTS } from './catalogue.ts';
import { renderReport, reportOf } from './report.ts';
import { spuriousAmong } from './spurious.ts';

const found = (id: string, record = {}, spuriousDeletes: string[] = []) => ({ id, record, spuriousDeletes });

test('there are forty faults, and one that no test names has not passed', () => {
  const { faults, passed, total } = reportOf([{ passed: true, found: found('F10') }]);
  expect({ passed, total, named: FAULTS.length }).toEqual({ passed: 1, total: 40, named: 40 });
  expect(faults.find(({ id }) => id === 'F11')?.ok).toBe(false);
});

test('a fault of several tests passes with all of them, and keeps what each recorded', () => {
  const results = [
    { passed: true, found: found('F05', { old: 1 }) },
    { passed: false, found: found('F05', { bumped: 2 }, ['zzzc: endpointslices prod/db']) },
  ];
  const report = reportOf(results, ['F05']);
  expect(report.faults).toEqual([
    { id: 'F05', ok: false, spuriousDeletes: 1, record: { old: 1, bumped: 2 } },
  ]);
  expect(renderReport(report).split('\n')).toEqual([
    'F05 FAILED the hub is restored from an old snapshot',
    '  spurious deletes: 1',
    '  old: 1',
    '  bumped: 2',
    '0 of 1 faults passed, 1 spurious deletes',
  ]);
});

test('a delete is right as often as it was named', () => {
  expect(spuriousAmong(['a', 'b', 'b'], ['b', 'c'])).toEqual(['a', 'b']);
});
