import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import type { IMember } from '#apis/hub/member.ts';
import { NO_EVIDENCE } from '#controllers/absence/evidence.ts';
import { LocalExports } from '#controllers/export/local-exports.ts';
import { addGauges } from '#controllers/gauges.ts';
import { addHubGauges } from '#controllers/hub/gauges.ts';
import { sliceIndexes } from '#controllers/import/indexes.ts';
import { ImportTally } from '#controllers/import/tally.ts';
import { sourceSliceIndexes } from '#controllers/membership/indexes.ts';
import { ALL_NAMESPACES } from '#controllers/membership/selected-namespaces.ts';
import { hubSettings } from '#src/config/hub.ts';
import { memberSettings } from '#src/config/member.ts';
import { Metrics } from '#src/observability/metrics.ts';
import { filled } from '#test/builders/caches.ts';
import { SteppedClock } from '#test/clock/stepped-clock.ts';
import { checksPage } from './checks.ts';
import { type CrdFile, specTable } from './crd-fields.ts';
import { describedMetrics, metricsTable } from './metrics.ts';
import { settingsTable } from './settings.ts';
import { fillTables, markdownTable } from './table.ts';

const file = (path: string) => new URL(`../../${path}`, import.meta.url).pathname;
const read = (path: string) => readFileSync(file(path), 'utf8');
// The file's shape is the API server's to check, and test/integration/kinds does.
const crd = (path: string) => parse(read(path)) as CrdFile;

describe('reference pages say what the code says; `npm run docs` writes their tables anew:', () => {
  test('docs/configuration.md', async () => {
    const tables = new Map([
      ['tombolo member', settingsTable(memberSettings)],
      ['tombolo hub', settingsTable(hubSettings)],
      ['ClusterSet', specTable(crd('crds/hub/clustersets.yaml'))],
      ['Member', specTable(crd('crds/hub/members.yaml'))],
    ]);
    const page = fillTables(read('docs/configuration.md'), tables);
    await expect(page).toMatchFileSnapshot(file('docs/configuration.md'));
  });

  test('docs/metrics.md', async () => {
    const both = describedMetrics(metricsOf('both').registry);
    const known = new Set(both.map(({ name }) => name));
    const only = (program: 'member' | 'hub') =>
      describedMetrics(metricsOf(program).registry).filter(({ name }) => !known.has(name));
    const tables = new Map([
      ['both programs', metricsTable(both)],
      ['tombolo member', metricsTable(only('member'))],
      ['tombolo hub', metricsTable(only('hub'))],
    ]);
    const page = fillTables(read('docs/metrics.md'), tables);
    await expect(page).toMatchFileSnapshot(file('docs/metrics.md'));
  });

  test('docs/checks.md', async () => {
    const page = fillTables(read('docs/checks.md'), new Map([['checks', checksPage()]]));
    await expect(page).toMatchFileSnapshot(file('docs/checks.md'));
  });
});

/** The registry as the composition root makes it, over empty caches. */
function metricsOf(program: 'both' | 'member' | 'hub'): Metrics {
  const metrics = new Metrics({ version: '', commit: '' });
  metrics.leadership('tombolo-member-leader', () => true);
  if (program === 'both') return metrics;
  if (program === 'hub') {
    addHubGauges(metrics, filled<IMember>({}));
    return metrics;
  }
  const serviceExports = filled({});
  addGauges(metrics, {
    exports: new LocalExports({
      selected: ALL_NAMESPACES,
      cluster: 'zzzc',
      hub: { clusterSet: undefined, member: () => undefined },
      serviceExports,
      services: filled({}),
      slices: filled(sourceSliceIndexes),
    }),
    serviceExports,
    serviceImports: filled({}),
    records: filled({}),
    endpointSlices: filled(sliceIndexes),
    members: filled({}),
    cluster: 'zzzc',
    hubView: { readable: false, evidence: NO_EVIDENCE },
    tally: new ImportTally(),
    credential: { at: undefined },
    hub: [],
    clock: new SteppedClock(),
  });
  metrics.clusterInfo('zzzc');
  return metrics;
}

describe('a page with marks', () => {
  const marked = 'before\n<!-- table: a -->\nold\n<!-- end -->\nafter';

  test('gets the table between them, and keeps what is written by hand', () => {
    const page = fillTables(marked, new Map([['a', 'new']]));
    expect(page).toBe('before\n<!-- table: a -->\n\nnew\n\n<!-- end -->\nafter');
    expect(fillTables(page, new Map([['a', 'new']]))).toBe(page);
  });

  test('with a mark that nothing fills, or without one for a table, is refused', () => {
    expect(() => fillTables(marked, new Map())).toThrow('"a"');
    expect(() =>
      fillTables(
        marked,
        new Map([
          ['a', ''],
          ['b', ''],
        ]),
      ),
    ).toThrow('"b"');
  });
});

test('a pipe within a cell ends no column', () => {
  expect(markdownTable(['x'], [['a|b']])).toBe('| x    |\n| ---- |\n| a\\|b |');
});
