import { expect, it } from 'vitest';
import type { Condition } from '#apis/meta.ts';
import { withoutOwnConditions } from './own-conditions.ts';

const condition = (type: string): Condition => ({
  type,
  status: 'True',
  reason: 'x',
  message: '',
  lastTransitionTime: '2026-11-24T12:00:00Z',
});
const all = ['Valid', 'Ready', 'Conflict', 'Theirs'].map(condition);

/** As an API server notes it. */
const writer = (manager: string, ...types: string[]) => ({
  manager,
  operation: 'Update',
  subresource: 'status',
  fieldsV1: {
    'f:status': {
      'f:conditions': Object.fromEntries(types.map((type) => [`k:{"type":"${type}"}`, { 'f:status': {} }])),
    },
  },
});
const left = (...managedFields: unknown[]) =>
  withoutOwnConditions({ metadata: { name: 'db', managedFields } }, all).map(({ type }) => type);

it('what the agent wrote goes, whatever else is there', () => {
  expect(left(writer('tombolo-member', 'Valid', 'Ready', 'Conflict'), writer('else', 'Theirs'))).toEqual([
    'Theirs',
  ]);
});

it('another implementation’s stay, under the same types', () => {
  expect(left(writer('other-mcs', 'Valid', 'Conflict'), writer('tombolo-member', 'Ready'))).toEqual([
    'Valid',
    'Conflict',
    'Theirs',
  ]);
});

it('where nobody knows who wrote them, all stay as they are', () => {
  expect(withoutOwnConditions({ metadata: { name: 'db' } }, all)).toBe(all);
  expect(withoutOwnConditions({ metadata: { name: 'db', managedFields: [7, undefined] } }, all)).toBe(all);
});
