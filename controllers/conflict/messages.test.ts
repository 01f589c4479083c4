import { describe, expect, test } from 'vitest';
import type { PrecedenceMode } from '#apis/hub/cluster-set.ts';
import { exporter, type Says } from '#test/builders/exporters.ts';
import { conflictCondition } from './condition.ts';
import { resolve } from './resolve.ts';

const http = { name: 'http', protocol: 'TCP', port: 80 };

/** Exported in this order, one second apart. */
function message(says: Record<string, Says>, mode: PrecedenceMode = 'ExportTime'): string {
  const records = Object.entries(says).map(([cluster, what], second) =>
    exporter(cluster, { since: `2026-01-01T00:00:${String(second).padStart(2, '0')}Z`, ...what }),
  );
  const [conflicts = []] = resolve(records.reverse(), mode).conflicts.values();
  return conflictCondition(conflicts).message;
}

function many(count: number, what: Says): Record<string, Says> {
  return Object.fromEntries(
    Array.from({ length: count }, (_, at) => [`c${String(at).padStart(2, '0')}`, what]),
  );
}

describe('a conflict’s sentence names the property, all values, their clusters, and whose is used since when', () => {
  test('type', () => {
    expect(message({ zzzc: { type: 'Headless' }, shbt: {}, bjpdc: {} })).toMatchInlineSnapshot(
      `"type differs: Headless of zzzc is used (the oldest export, since 2026-01-01T00:00:00Z); ClusterSetIP in bjpdc and shbt."`,
    );
  });

  test('several other values', () => {
    expect(
      message({
        zzzc: { trafficDistribution: 'PreferClose' },
        shbt: {},
        bjpdc: { trafficDistribution: 'PreferSameNode' },
      }),
    ).toMatchInlineSnapshot(
      `"trafficDistribution differs: PreferClose of zzzc is used (the oldest export, since 2026-01-01T00:00:00Z); PreferSameNode in bjpdc; unset in shbt."`,
    );
  });

  test('the hub’s time in mode HubTime', () => {
    expect(message({ zzzc: {}, shbt: { sessionAffinity: 'ClientIP' } }, 'HubTime')).toMatchInlineSnapshot(
      `"sessionAffinity differs: ClientIP of shbt is used (the first on the hub, since 2026-06-01T00:00:00Z); None in zzzc."`,
    );
  });

  test('timeouts', () => {
    const sessionAffinity = 'ClientIP';
    const sessionAffinityConfig = { clientIP: { timeoutSeconds: 60 } };
    expect(
      message({ zzzc: { sessionAffinity }, shbt: { sessionAffinity, sessionAffinityConfig } }),
    ).toMatchInlineSnapshot(
      `"sessionAffinityConfig differs: timeoutSeconds 10800 of zzzc is used (the oldest export, since 2026-01-01T00:00:00Z); timeoutSeconds 60 in shbt."`,
    );
  });

  test('settings that only one has, of an affinity without defaults', () => {
    const sessionAffinity = 'Cookie';
    const sessionAffinityConfig = { clientIP: { timeoutSeconds: 60 } };
    expect(
      message({ zzzc: { sessionAffinity }, shbt: { sessionAffinity, sessionAffinityConfig } }),
    ).toMatchInlineSnapshot(
      `"sessionAffinityConfig differs: unset of zzzc is used (the oldest export, since 2026-01-01T00:00:00Z); timeoutSeconds 60 in shbt."`,
    );
  });

  test('only the keys in which maps differ', () => {
    expect(
      message({
        zzzc: { labels: { app: 'db', tier: 'gold' } },
        shbt: { labels: { app: 'db', team: 'blue' } },
      }),
    ).toMatchInlineSnapshot(
      `"exportedLabels differs: {no team, tier=gold} of zzzc is used (the oldest export, since 2026-01-01T00:00:00Z); {team=blue, no tier} in shbt."`,
    );
  });

  test('long maps cut short, on one line', () => {
    const annotations = Object.fromEntries(
      [...'abcde'].map((key) => [key, `line one\nline two ${'x'.repeat(80)}`]),
    );
    expect(message({ zzzc: { annotations }, shbt: {} })).toMatchInlineSnapshot(
      `"exportedAnnotations differs: {a=line one line two xxxxxxxxxxxxxxxxxxxxx…, b=line one line two xxxxxxxxxxxxxxxxxxxxx…, c=line one line two xxxxxxxxxxxxxxxxxxxxx… and 2 more keys} of zzzc is used (the oldest export, since 2026-01-01T00:00:00Z); {no a, no b, no c and 2 more keys} in shbt."`,
    );
  });

  test('what just fits whole, and what several control characters part by one space', () => {
    const labels = { a: 'x'.repeat(40), b: 'x', c: 'x' };
    expect(message({ zzzc: { labels }, shbt: {} })).toContain(
      `{a=${'x'.repeat(40)}, b=x, c=x} of zzzc is used`,
    );
    const annotations = { a: 'one\r\ntwo' };
    expect(message({ zzzc: { annotations }, shbt: {} })).toContain('{a=one two} of zzzc is used');
  });

  test('two families, of the oldest and of others', () => {
    const [both, others] = [
      ['IPv4', 'IPv6'],
      ['IPv7', 'IPv8'],
    ];
    expect(message({ zzzc: { ipFamilies: both }, shbt: { ipFamilies: others } })).toContain(
      'nothing in common: IPv4 and IPv6 is used (zzzc is the oldest export, since 2026-01-01T00:00:00Z); IPv7 and IPv8 in shbt.',
    );
  });

  test('IP families', () => {
    expect(
      message({
        zzzc: { ipFamilies: ['IPv4', 'IPv6'] },
        shbt: { ipFamilies: ['IPv4'] },
        bjpdc: { ipFamilies: ['IPv6'] },
      }),
    ).toMatchInlineSnapshot(
      `"ipFamilies have nothing in common: IPv4 is used (zzzc is the oldest export, since 2026-01-01T00:00:00Z); IPv6 in bjpdc."`,
    );
  });

  test('ports of one name and of one number, and missing ones', () => {
    expect(
      message({
        zzzc: { ports: [http, { name: 'metrics', port: 9090 }] },
        shbt: {
          ports: [
            { name: 'http', port: 8080 },
            { name: 'prom', port: 9090 },
          ],
        },
        bjpdc: { ports: [http] },
      }),
    ).toMatchInlineSnapshot(
      `"ports differ: http 80/TCP of zzzc is used, http 8080/TCP in shbt; metrics 9090/TCP of zzzc is used, missing in bjpdc, prom 9090/TCP in shbt (zzzc is the oldest export, since 2026-01-01T00:00:00Z)."`,
    );
  });

  test('two ports of one exporter that both touch a merged one, in one order', () => {
    const ports = [
      { name: 'web', port: 80 },
      { name: 'http', port: 81 },
    ];
    expect(message({ zzzc: { ports: [http] }, shbt: { ports } })).toContain(
      'http 80/TCP of zzzc is used, http 81/TCP and web 80/TCP in shbt',
    );
  });

  test('a port that the import cannot hold', () => {
    expect(message({ zzzc: { ports: [http] }, shbt: { ports: [{ port: 81 }] } })).toMatchInlineSnapshot(
      `"ports differ: http 80/TCP of zzzc is used, missing in shbt; 81/TCP (unnamed) of shbt is left out, because several ports need a name each (zzzc is the oldest export, since 2026-01-01T00:00:00Z)."`,
    );
  });

  test('appProtocols', () => {
    expect(
      message({ zzzc: { ports: [http] }, shbt: { ports: [{ ...http, appProtocol: 'kubernetes.io/h2c' }] } }),
    ).toMatchInlineSnapshot(
      `"ports differ: http 80/TCP of zzzc is used, http 80/TCP (kubernetes.io/h2c) in shbt (zzzc is the oldest export, since 2026-01-01T00:00:00Z)."`,
    );
  });

  test('no time where none is known', () => {
    const never: Says = { since: '', recorded: '' };
    expect(message({ zzzc: never, shbt: { ...never, type: 'Headless' } })).toBe(
      'type differs: Headless of shbt is used (the oldest export); ClusterSetIP in zzzc.',
    );
  });
});

describe('a message stays short and the same', () => {
  test('at most ten clusters are named, the others counted', () => {
    expect(message({ zzzc: { type: 'Headless' }, ...many(10, {}) })).not.toContain('more');
    expect(message({ zzzc: { type: 'Headless' }, ...many(14, {}) })).toMatchInlineSnapshot(
      `"type differs: Headless of zzzc is used (the oldest export, since 2026-01-01T00:00:00Z); ClusterSetIP in c00, c01, c02, c03, c04, c05, c06, c07, c08 and c09; and 4 more."`,
    );
  });

  test('at most ten ports are named, the others counted', () => {
    const ports = Array.from({ length: 30 }, (_, at) => ({ name: `p${at}`, port: at + 1 }));
    expect(message({ zzzc: { ports }, shbt: { ports: [] } })).toMatch(
      /p9 10\/TCP.*; and 20 more ports \(zzzc/,
    );
    expect(message({ zzzc: { ports: ports.slice(0, 10) }, shbt: { ports: [] } })).not.toContain('more');
  });

  test('the worst that admitted records can say fits in a condition', () => {
    const worst = (cluster: number): Says => ({
      ports: Array.from({ length: 100 }, (_, at) => ({
        name: `p${at}${'x'.repeat(58)}`,
        port: 1 + at + 100 * cluster,
      })),
      labels: Object.fromEntries(
        Array.from({ length: 256 }, (_, at) => [`l${at}${'y'.repeat(58)}`, `${cluster}`]),
      ),
      annotations: { a: `${cluster}${'z'.repeat(60_000)}` },
      trafficDistribution: `T${cluster}${'t'.repeat(60)}`,
      internalTrafficPolicy: `I${cluster}${'t'.repeat(60)}`,
      sessionAffinity: `S${cluster}${'t'.repeat(60)}`,
    });
    const says = Object.fromEntries(
      Array.from({ length: 40 }, (_, at) => [`c${at}${'c'.repeat(50)}`, worst(at)]),
    );
    expect(message(says).length).toBeLessThan(32_768);
    expect(message(says)).not.toMatch(/…$/);
  });

  test('exporters that join behind the bound change the count and nothing else', () => {
    const withMore = message({ zzzc: { type: 'Headless' }, ...many(15, {}) });
    expect(withMore.replace('5 more', '4 more')).toBe(
      message({ zzzc: { type: 'Headless' }, ...many(14, {}) }),
    );
  });
});

test('a condition’s message keeps the API’s bound, to the character', () => {
  const [reason, longest] = ['PortConflict', 32_768] as const;
  const fits = 'x'.repeat(longest);
  expect(conflictCondition([{ reason, message: fits }]).message).toBe(fits);
  expect(conflictCondition([{ reason, message: `${fits}x` }]).message).toBe(`${fits.slice(1)}…`);
});

test('several conflicts are one condition: reasons joined by commas, sentences by spaces', () => {
  const conflicts = [
    { reason: 'PortConflict', message: 'One.' },
    { reason: 'TypeConflict', message: 'Two.' },
  ] as const;
  expect(conflictCondition(conflicts)).toEqual({
    status: 'True',
    reason: 'PortConflict,TypeConflict',
    message: 'One. Two.',
  });
});

test('no conflict says so', () => {
  expect(conflictCondition([])).toEqual({
    status: 'False',
    reason: 'NoConflicts',
    message: 'All exporters agree.',
  });
});
