import { describe, expect, test } from 'vitest';
import { hubRecord, importOf, ownDb, serviceInput, shown } from '#test/builders/imports.ts';
import { decideService } from './decision.ts';

const headless = hubRecord('west', { since: '2025-01-01T00:00:00Z', type: 'Headless' });

describe('an import that somebody has deleted, beside a hub that has lost the own record', () => {
  const own = ownDb({ since: '2020-01-01T00:00:00Z' });

  test('comes back with the own part of it while its derived Service is there', () => {
    const decision = shown({ own, records: [headless], orphaned: true });
    expect(decision).toMatchObject({
      shape: { type: 'ClusterSetIP' },
      clusters: ['here', 'west'],
      frozen: [],
    });
    expect(shown({ own, orphaned: true }).clusters).toEqual(['here']);
  });

  test('is what the hub says where nothing of it is left', () => {
    expect(shown({ own, records: [headless] })).toMatchObject({
      shape: { type: 'Headless' },
      clusters: ['west'],
    });
    expect(decideService(serviceInput({ own }))).toMatchObject({ do: 'nothing' });
  });

  test('is what the hub says where the own export has ended, or its own record is there', () => {
    expect(shown({ records: [headless], orphaned: true }).clusters).toEqual(['west']);
    const here = hubRecord('here', { since: '2020-01-01T00:00:00Z' });
    expect(shown({ own, records: [headless, here], orphaned: true }).clusters).toEqual(['here', 'west']);
  });

  test('then remembers the own part until the hub holds it again', () => {
    const existing = importOf(shown({ own, records: [headless], orphaned: true }));
    expect(shown({ own, records: [headless], existing })).toMatchObject({
      shape: { type: 'ClusterSetIP' },
      frozen: ['the hub does not hold the own record yet'],
    });
  });
});
