import { expect, test } from 'vitest';
import { ReportedNames } from './reported-names.ts';

test('a name is known to be unnamed since the last report without it, until one is sent that carries it', () => {
  const reported = new ReportedNames();
  reported.note(10, ['prod.db', 'prod.web']);
  reported.note(20, ['prod.web']);
  expect(reported.isUnnamedSince(20, 'prod.db')).toBe(true);
  expect(reported.isUnnamedSince(20, 'prod.new')).toBe(true);
  expect(reported.isUnnamedSince(20, 'prod.web')).toBe(false);
  reported.note(30, ['prod.db', 'prod.web']);
  // As where the hub was restored, or refused the last one.
  expect(reported.isUnnamedSince(20, 'prod.db')).toBe(false);
  expect(reported.isUnnamedSince(10, 'prod.new')).toBe(true);
});

test('what the process before has reported is not known', () => {
  const reported = new ReportedNames();
  expect(reported.isUnnamedSince(10, 'prod.db')).toBe(false);
  reported.note(20, ['prod.web']);
  expect(reported.isUnnamedSince(10, 'prod.db')).toBe(false);
  expect(reported.isUnnamedSince(20, 'prod.db')).toBe(true);
});

test('names that come and go are forgotten in the end, and then nothing is claimed of them', () => {
  const reported = new ReportedNames();
  reported.note(1, ['prod.first']);
  for (let n = 2; n <= 1_002; n++) reported.note(n, [`prod.job-${n}`]);
  expect(reported.isUnnamedSince(1_002, 'prod.first')).toBe(true);
  expect(reported.isUnnamedSince(2, 'prod.first')).toBe(true);
  for (let n = 1_003; n <= 1_005; n++) reported.note(n, [`prod.job-${n}`]);
  expect(reported.isUnnamedSince(2, 'prod.first')).toBe(false);
  expect(reported.isUnnamedSince(1_005, 'prod.first')).toBe(true);
});
