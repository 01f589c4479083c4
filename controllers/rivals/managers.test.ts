import { expect, test } from 'vitest';
import { AGENT_MANAGER, lastRival } from './managers.ts';

const rivalOf = (...managedFields: unknown[]) => lastRival({ metadata: { name: 'db', managedFields } });

test('the last other writer is named, whatever else lies in the book', () => {
  expect(
    rivalOf(
      { manager: 'first', time: '2026-01-01T00:00:00Z' },
      { manager: 'argocd-controller', time: '2026-01-02T00:00:00Z' },
      { manager: AGENT_MANAGER, time: '2026-01-03T00:00:00Z' },
      7,
      { manager: 5 },
    ),
  ).toBe('argocd-controller');
});

test('nobody is named where the book says nothing', () => {
  expect(rivalOf()).toBeUndefined();
  expect(lastRival({ metadata: { name: 'db' } })).toBeUndefined();
  expect(rivalOf({ manager: AGENT_MANAGER, time: '2026-01-03T00:00:00Z' })).toBeUndefined();
});
