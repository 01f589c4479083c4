import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { PrecedenceMode } from '#apis/hub/cluster-set.ts';
import { CONFLICT_REASONS, ConflictReason } from '#apis/multicluster/conditions.ts';
import type { ImportPort } from '#apis/multicluster/service-import.ts';
import { exporters, modes } from '#test/builders/exporters.ts';
import { conflictCondition } from './condition.ts';
import { mergePorts } from './ports.ts';
import { inPrecedenceOrder, standsSince } from './precedence.ts';
import type { ExportRecord } from './record.ts';
import { type Resolution, type ResolvedImport, resolve } from './resolve.ts';

/** Conflicts need exporters that collide, and of several kinds at once: the usual 100 runs see few of them. */
function check<T>(law: fc.IProperty<T>): void {
  fc.assert(law, { numRuns: 500 });
}

/** A set of exporters, a mode, and one of the exporters. */
const withOne = fc
  .tuple(exporters, modes)
  .chain(([records, mode]) => fc.tuple(fc.constant(records), fc.constant(mode), fc.constantFrom(...records)));

describe('resolve, for any one to five exporters', () => {
  test('does not depend on the order of the records', () => {
    const shuffled = exporters.chain((records) =>
      fc.tuple(fc.constant(records), fc.shuffledSubarray(records, { minLength: records.length }), modes),
    );
    check(
      fc.property(shuffled, ([records, again, mode]) => {
        expect(told(resolve(again, mode))).toEqual(told(resolve(records, mode)));
      }),
    );
  });

  test('does not depend on repetition', () => {
    check(
      fc.property(withOne, ([records, mode, one]) => {
        expect(told(resolve([...records, one], mode))).toEqual(told(resolve(records, mode)));
      }),
    );
  });

  test('tells every exporter the same conflicts, the winner included', () => {
    check(
      fc.property(exporters, modes, (records, mode) => {
        const { conflicts } = resolve(records, mode);
        expect([...conflicts.keys()].sort()).toEqual(records.map(({ cluster }) => cluster).sort());
        expect(new Set([...conflicts.values()].map((list) => JSON.stringify(list))).size).toBe(1);
      }),
    );
  });

  test('finds no conflict among exporters that say the same', () => {
    check(
      fc.property(withOne, ([records, mode, one]) => {
        const agreeing = records.map(({ cluster }) => ({ ...one, cluster }));
        expect(reasonsOf(resolve(agreeing, mode))).toEqual([]);
      }),
    );
  });

  test('names each reason once, in the fixed order, and one line of bounded length for it', () => {
    check(
      fc.property(exporters, modes, (records, mode) => {
        const [conflicts = []] = resolve(records, mode).conflicts.values();
        const reasons = conflicts.map(({ reason }) => reason);
        expect(reasons).toEqual(CONFLICT_REASONS.filter((reason) => reasons.includes(reason)));
        const { message } = conflictCondition(conflicts);
        expect(message).toMatch(/^[^\n]{1,32768}$/);
        expect(message.match(/\.( |$)/g)).toHaveLength(Math.max(conflicts.length, 1));
      }),
    );
  });

  test('gives a port list that a Service may have', () => {
    check(
      fc.property(exporters, modes, (records, mode) => {
        expect(problemsOf(importOf(resolve(records, mode)).ports)).toEqual([]);
      }),
    );
  });

  test('gives ports that each come from some exporter, and all of the oldest one', () => {
    check(
      fc.property(exporters, modes, (records, mode) => {
        const { ports } = importOf(resolve(records, mode));
        const offered = records.flatMap((record) => record.ports);
        for (const port of ports) expect(offered).toContainEqual(port);
        expect(ports).toEqual(expect.arrayContaining([...oldest(records, mode).ports]));
      }),
    );
  });
});

describe('the order of exporters', () => {
  test('is total: by time, then cluster id, and nobody is younger than the hub knows', () => {
    check(
      fc.property(exporters, modes, (records, mode) => {
        const keys = inPrecedenceOrder(records, mode).map((record) => {
          const since = standsSince(record, mode) ?? Number.POSITIVE_INFINITY;
          expect(since).toBeLessThanOrEqual(record.recordedAt ?? Number.POSITIVE_INFINITY);
          return { since, cluster: record.cluster };
        });
        for (const [at, key] of keys.entries()) {
          const before = keys[at - 1];
          if (before === undefined) continue;
          expect(
            before.since < key.since || (before.since === key.since && before.cluster < key.cluster),
          ).toBe(true);
        }
      }),
    );
  });

  test('among exports of one second depends on cluster ids alone', () => {
    check(
      fc.property(exporters, modes, (records, mode) => {
        const tied = records.map((record) => ({ ...record, exportedAt: 1_000, recordedAt: 1_000 }));
        expect(importOf(resolve(tied, mode)).clusters).toEqual(records.map(({ cluster }) => cluster).sort());
      }),
    );
  });
});

/** Monotone removal: what an exporter takes away with it is what it brought. */
describe('when an exporter leaves', () => {
  test('nothing of the import changes where it decided nothing', () => {
    check(
      fc.property(withOne, ([records, mode, leaving]) => {
        fc.pre(!decides(leaving, records, mode));
        const { clusters, ...before } = importOf(resolve(records, mode));
        const { clusters: left, ...after } = importOf(resolve(without(records, leaving), mode));
        expect(after).toEqual(before);
        expect(left).toEqual(clusters.filter((cluster) => cluster !== leaving.cluster));
      }),
    );
  });

  test('only ports and families can change where it was not the oldest', () => {
    check(
      fc.property(withOne, ([records, mode, leaving]) => {
        fc.pre(leaving !== oldest(records, mode));
        const before = importOf(resolve(records, mode));
        const after = importOf(resolve(without(records, leaving), mode));
        expect(decidedByOldest(after)).toEqual(decidedByOldest(before));
        // Ports of those before it in the line stay, and stay first.
        const line = inPrecedenceOrder(records, mode);
        const older = mergePorts(line.slice(0, line.indexOf(leaving))).merged.map(({ port }) => port);
        expect(before.ports.slice(0, older.length)).toEqual(older);
        expect(after.ports.slice(0, older.length)).toEqual(older);
        // Without a family conflict there was one intersection, which can only grow while anybody states any.
        const stated = after.ipFamilies.length > 0;
        if (stated && !reasonsOf(resolve(records, mode)).includes(ConflictReason.IPFamily)) {
          expect(after.ipFamilies).toEqual(expect.arrayContaining(before.ipFamilies));
        }
      }),
    );
  });

  test('no new conflict appears, but for the settings of another affinity once the oldest is gone', () => {
    check(
      fc.property(withOne, ([records, mode, leaving]) => {
        fc.pre(records.length > 1);
        const before = reasonsOf(resolve(records, mode));
        const fresh = reasonsOf(resolve(without(records, leaving), mode)).filter(
          (reason) => !before.includes(reason),
        );
        const tolerated = leaving === oldest(records, mode) ? [ConflictReason.SessionAffinityConfig] : [];
        expect(tolerated).toEqual(expect.arrayContaining(fresh));
      }),
    );
  });
});

test('an exporter that joins last takes nothing away: ports are only added, families only narrowed', () => {
  check(
    fc.property(withOne, ([records, mode, model]) => {
      const newcomer = { ...model, cluster: 'zzzzz', exportedAt: undefined, recordedAt: undefined };
      const before = importOf(resolve(records, mode));
      const after = importOf(resolve([...records, newcomer], mode));
      expect(decidedByOldest(after)).toEqual(decidedByOldest(before));
      expect(after.ports.slice(0, before.ports.length)).toEqual(before.ports);
      if (before.ipFamilies.length > 0) {
        expect(before.ipFamilies).toEqual(expect.arrayContaining(after.ipFamilies));
      }
      expect([...after.clusters].sort()).toEqual([...before.clusters, 'zzzzz'].sort());
    }),
  );
});

test('nobody exporting is no import and no conflict', () => {
  expect(resolve([], 'ExportTime')).toEqual({ import: undefined, conflicts: new Map() });
});

function told({ import: resolved, conflicts }: Resolution): unknown {
  return { resolved, conflicts: [...conflicts].sort(([a], [b]) => (a < b ? -1 : 1)) };
}

function importOf(resolution: Resolution): ResolvedImport {
  if (resolution.import === undefined) throw new Error('nothing resolved');
  return resolution.import;
}

/** All but ports and families, which several exporters decide, and the list of exporters. */
function decidedByOldest(resolved: ResolvedImport): unknown {
  const { clusters: _clusters, ports: _ports, ipFamilies: _ipFamilies, ...rest } = resolved;
  return rest;
}

function reasonsOf({ conflicts }: Resolution): ConflictReason[] {
  const [list = []] = conflicts.values();
  return list.map(({ reason }) => reason);
}

function oldest(records: readonly ExportRecord[], mode: PrecedenceMode): ExportRecord {
  const [first] = inPrecedenceOrder(records, mode);
  if (first === undefined) throw new Error('nobody exports');
  return first;
}

function without(records: readonly ExportRecord[], leaving: ExportRecord): ExportRecord[] {
  return records.filter((record) => record !== leaving);
}

/** It is the oldest, supplies a merged port, or says which families are left. */
function decides(record: ExportRecord, records: readonly ExportRecord[], mode: PrecedenceMode): boolean {
  const line = inPrecedenceOrder(records, mode);
  const supplies = mergePorts(line).merged.some(({ supplier }) => supplier === record);
  return record === line[0] || supplies || record.ipFamilies?.length === 1 || !line[0]?.ipFamilies;
}

/** What the API server would say of a Service with these ports; written anew, not taken from the code. */
function problemsOf(ports: readonly ImportPort[]): string[] {
  const names = ports.map(({ name = '' }) => name);
  const numbers = ports.map(({ port, protocol = 'TCP' }) => `${port}/${protocol}`);
  const problems: string[] = [];
  if (new Set(names).size < names.length) problems.push(`duplicate names: ${names.join()}`);
  if (new Set(numbers).size < numbers.length) problems.push(`duplicate ports: ${numbers.join()}`);
  if (ports.length > 1 && names.includes(''))
    problems.push(`a port without a name among several: ${names.join()}`);
  return problems;
}
