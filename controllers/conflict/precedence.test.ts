import { describe, expect, test } from 'vitest';
import type { PrecedenceMode } from '#apis/hub/cluster-set.ts';
import { exportedService, exporter, type Says } from '#test/builders/exporters.ts';
import { inPrecedenceOrder, standsSince } from './precedence.ts';
import { admit, type ExportRecord } from './record.ts';

const JANUARY = '2026-01-01T00:00:00Z';
const FEBRUARY = '2026-02-01T00:00:00Z';

function since(claimed: unknown, recorded: string | undefined, mode: PrecedenceMode): string | undefined {
  const raw = exportedService('zzzc', recorded === undefined ? {} : { recorded });
  if (recorded === undefined) delete raw.metadata.creationTimestamp;
  Object.assign(raw.spec.export, { creationTimestamp: claimed });
  const admission = admit(raw, 'zzzc', { clusterSet: undefined, member: undefined });
  if (!admission.ok) throw new Error(admission.reason);
  const time = standsSince(admission.record, mode);
  return time === undefined ? undefined : new Date(time).toISOString().replace('.000', '');
}

/** SEMANTICS 3.1; the claim was believed as it came in https://github.com/submariner-io/lighthouse/pull/2247. */
describe('an exporter stands in the line since', () => {
  test.each<[string, unknown, string | undefined, string | undefined, string | undefined]>([
    // what, claimed, recorded by the hub, ExportTime, HubTime
    ['its export, where that is older than the record', JANUARY, FEBRUARY, JANUARY, FEBRUARY],
    ['its record, where the claim lies in the future', FEBRUARY, JANUARY, JANUARY, JANUARY],
    ['its record, where nothing is claimed', undefined, FEBRUARY, FEBRUARY, FEBRUARY],
    ['its record, where null is claimed', null, FEBRUARY, FEBRUARY, FEBRUARY],
    ['its record, where Go’s zero time is claimed', '0001-01-01T00:00:00Z', FEBRUARY, FEBRUARY, FEBRUARY],
    ['its record, where 1970 is claimed', '1970-01-01T00:00:00Z', FEBRUARY, FEBRUARY, FEBRUARY],
    ['its record, where a time before 1970 is claimed', '1969-12-31T23:59:59Z', FEBRUARY, FEBRUARY, FEBRUARY],
    ['its record, where nonsense is claimed', 'yesterday', FEBRUARY, FEBRUARY, FEBRUARY],
    ['its record, where a date is claimed in another format', 'Jan 1 2026', FEBRUARY, FEBRUARY, FEBRUARY],
    ['its record, where a number is claimed', 1, FEBRUARY, FEBRUARY, FEBRUARY],
    [
      'its record, where a day that does not exist is claimed',
      '2026-01-41T00:00:00Z',
      FEBRUARY,
      FEBRUARY,
      FEBRUARY,
    ],
    ...[
      '2026-01-01T00:00Z',
      '2026-01-01 00:00:00Z',
      '2026-01-01T00:00:00',
      '2026-01-01T00:00:00z',
      '2026-01-01t00:00:00Z',
      '2026-01-01T00:00:00+0200',
      '+002026-01-01T00:00:00Z',
    ].map((claimed): [string, string, string, string, string] => [
      `its record, where ${claimed} is claimed, which only some take for a time`,
      claimed,
      FEBRUARY,
      FEBRUARY,
      FEBRUARY,
    ]),
    ['its export, to the second', '2026-01-01T00:00:00.999Z', FEBRUARY, JANUARY, FEBRUARY],
    ['its export, in any time zone', '2026-01-01T02:00:00+02:00', FEBRUARY, JANUARY, FEBRUARY],
    ['its export, in one in the west', '2025-12-31T13:30:00.5-10:30', FEBRUARY, JANUARY, FEBRUARY],
    ['its export, where no hub has recorded it yet', JANUARY, undefined, JANUARY, undefined],
    ['nobody knows when', undefined, undefined, undefined, undefined],
  ])('%s', (_, claimed, recorded, exportTime, hubTime) => {
    expect(since(claimed, recorded, 'ExportTime')).toBe(exportTime);
    expect(since(claimed, recorded, 'HubTime')).toBe(hubTime);
  });
});

describe('the line of exporters', () => {
  function line(mode: PrecedenceMode, ...says: [string, Says][]): string[] {
    const records = says.map(([cluster, what]) => exporter(cluster, what));
    return inPrecedenceOrder(records, mode).map(({ cluster, exportUID }) => `${cluster} ${exportUID}`);
  }

  test('starts with the oldest export', () => {
    const says: [string, Says][] = [
      ['shbt', { since: FEBRUARY, exportUID: 'x' }],
      ['zzzc', { since: JANUARY, exportUID: 'y' }],
    ];
    expect(line('ExportTime', ...says)).toEqual(['zzzc y', 'shbt x']);
  });

  test('in mode HubTime cannot be jumped by a claim of great age', () => {
    const honest: [string, Says] = ['zzzc', { since: JANUARY, recorded: JANUARY, exportUID: 'x' }];
    const forger: [string, Says] = [
      'evil',
      { since: '1990-01-01T00:00:00Z', recorded: FEBRUARY, exportUID: 'y' },
    ];
    expect(line('HubTime', forger, honest)).toEqual(['zzzc x', 'evil y']);
    expect(line('ExportTime', forger, honest)).toEqual(['evil y', 'zzzc x']);
  });

  test('puts a recreated export at the back, and leaves one in place whose Service was recreated', () => {
    const recreated = exporter('zzzc', { since: FEBRUARY });
    const steady = exporter('shbt', { since: '2026-01-15T00:00:00Z' });
    expect(inPrecedenceOrder([recreated, steady], 'ExportTime')[0]?.cluster).toBe('shbt');
    const sameExport = exporter('zzzc', { since: JANUARY, ports: [] });
    expect(inPrecedenceOrder([sameExport, steady], 'ExportTime')[0]?.cluster).toBe('zzzc');
  });

  test('within one second goes by cluster id, in code unit order', () => {
    const says = ['b', 'a-b', 'a', 'a1'].map((cluster): [string, Says] => [cluster, { exportUID: 'x' }]);
    expect(line('ExportTime', ...says)).toEqual(['a x', 'a-b x', 'a1 x', 'b x']);
  });

  test('within one cluster goes by the export’s UID, and counts the cluster once', () => {
    const twice = (exportUID: string): [string, Says] => ['a', { exportUID }];
    expect(line('ExportTime', twice('y'), twice('x'))).toEqual(['a x']);
  });

  test('ends with those of whom nobody knows since when', () => {
    const unknown: ExportRecord = { ...exporter('a'), exportedAt: undefined, recordedAt: undefined };
    expect(inPrecedenceOrder([unknown, exporter('b')], 'ExportTime').map(({ cluster }) => cluster)).toEqual([
      'b',
      'a',
    ]);
    const records = [unknown, { ...unknown, cluster: 'A' }];
    expect(inPrecedenceOrder(records, 'HubTime').map(({ cluster }) => cluster)).toEqual(['A', 'a']);
  });
});
