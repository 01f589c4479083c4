import { describe, expect, test } from 'vitest';
import { hubRecord, importFrom, importOf, shown } from '#test/builders/imports.ts';
import { sameServiceImport } from './service-import.ts';

const east = hubRecord('east', { since: '2026-01-01T00:00:00Z' });
const west = hubRecord('west', {
  since: '2026-02-01T00:00:00Z',
  ports: [{ name: 'http', protocol: 'TCP', port: 80 }],
});
const headless = hubRecord('west', { since: '2025-01-01T00:00:00Z', type: 'Headless' });
const UNREAD = { readable: false, unreachable: false, mode: 'ExportTime' } as const;
const AWAY = { ...UNREAD, unreachable: true };

describe('a source that is unreachable', () => {
  const withheld = (cluster: string, type: string) => cluster === 'west' && type === 'ClusterSetIP';
  const before = importFrom(east, west);
  const away = shown({ records: [east, west], existing: before, withheld });
  const existing = importOf(away, before);

  test('is no longer listed, and goes on to count for the shape', () => {
    expect(away).toMatchObject({
      clusters: ['east'],
      withdrawn: ['west'],
      restored: [],
      gone: [],
      frozen: [],
    });
    expect(away.shape).toEqual(shown({ records: [east, west] }).shape);
    expect([...away.sources.keys()]).toEqual(['east', 'west']);
  });

  test('is told once, and costs one write', () => {
    const again = shown({ records: [east, west], existing, withheld });
    expect(again).toMatchObject({ clusters: ['east'], withdrawn: [], restored: [] });
    expect(sameServiceImport(before, existing)).toBe(false);
    expect(sameServiceImport(existing, importOf(again, existing))).toBe(true);
  });

  test('comes back exactly as it was', () => {
    const back = shown({ records: [east, west], existing });
    expect(back).toMatchObject({ clusters: ['east', 'west'], withdrawn: [], restored: ['west'] });
    expect(sameServiceImport(before, importOf(back, existing))).toBe(true);
  });

  test('is not listed either after a start without the hub: hub silence changes nothing', () => {
    for (const hub of [UNREAD, AWAY]) {
      const silent = shown({ hub, existing });
      expect(silent).toMatchObject({ clusters: ['east'], withdrawn: [], restored: [] });
      expect(sameServiceImport(existing, importOf(silent, existing))).toBe(true);
    }
  });

  test('whose record is missing stays as it was shown', () => {
    expect(shown({ records: [east], existing: before, withheld }).clusters).toEqual(['east', 'west']);
    expect(shown({ records: [east], existing }).clusters).toEqual(['east']);
  });

  test('stays as it was while its record is of a cluster that another one has taken over from', () => {
    const unsaid = () => undefined;
    const kept = shown({ records: [east, west], existing, withheld: unsaid });
    expect(kept).toMatchObject({ clusters: ['east'], withdrawn: [], restored: [] });
    const listed = shown({ records: [east, west], existing: before, withheld: unsaid });
    expect(listed).toMatchObject({ clusters: ['east', 'west'], withdrawn: [], restored: [] });
  });

  test('as the only one leaves an import without exporters, and its shape', () => {
    const alone = shown({ records: [west], existing: importFrom(west), withheld });
    expect(alone).toMatchObject({ do: 'show', clusters: [], shape: { type: 'ClusterSetIP' } });
  });

  test('of a headless import is asked about as such', () => {
    const both = { records: [east, headless], withheld };
    expect(shown(both)).toMatchObject({ clusters: ['east', 'west'], shape: { type: 'Headless' } });
  });
});
