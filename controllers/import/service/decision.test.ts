import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { SOURCES_ANNOTATION } from '#apis/labels.ts';
import type { IServiceImport } from '#apis/multicluster/service-import.ts';
import { NO_EVIDENCE } from '#controllers/absence/evidence.ts';
import {
  hubRecord,
  importFrom,
  importOf,
  NOT_EXPORTED,
  ownDb,
  refused,
  reports,
  serviceInput,
  shown,
} from '#test/builders/imports.ts';
import { decideService } from './decision.ts';
import { sameServiceImport } from './service-import.ts';

const east = hubRecord('east', { since: '2026-01-01T00:00:00Z' });
const west = hubRecord('west', {
  since: '2026-02-01T00:00:00Z',
  ports: [{ name: 'http', protocol: 'TCP', port: 80 }],
});
const headless = hubRecord('west', { since: '2025-01-01T00:00:00Z', type: 'Headless' });
const UNREAD = { readable: false, unreachable: false, mode: 'ExportTime' } as const;
const AWAY = { ...UNREAD, unreachable: true };

describe('while every source is known', () => {
  test('the import is what the records say, and remembers who said it', () => {
    const decision = shown({ records: [west, east] });
    expect(decision).toMatchObject({ clusters: ['east', 'west'], frozen: [], heldBack: false, gone: [] });
    expect(decision.shape.ports.map(({ name }) => name)).toEqual(['pg', 'http']);
    expect(decision.sources.get('east')).toEqual({ uid: 'kube-system-east', sequence: 1, inventory: 2 });
  });

  test('nobody exporting is nothing to show', () => {
    expect(decideService(serviceInput())).toMatchObject({ do: 'nothing', why: 'nobody exports it' });
  });

  test('a second pass over what the first one wrote changes nothing', () => {
    const existing = importFrom(east, west);
    const again = shown({ records: [east, west], existing });
    expect(sameServiceImport(existing, importOf(again, existing))).toBe(true);
  });

  test('one exporter that leaves takes only its own part along (https://github.com/istio/istio/issues/36906)', () => {
    const existing = importFrom(east, west);
    const evidence = reports({ west: { sequence: 3, services: [] } });
    const decision = shown({ records: [east], existing, evidence });
    expect(decision).toMatchObject({ clusters: ['east'], frozen: [] });
    expect(decision.shape.ports.map(({ name }) => name)).toEqual(['pg']);
    expect(decision.gone).toHaveLength(1);
  });

  test('a record that a newer report leaves out counts as gone while it is still there', () => {
    const evidence = reports({ east: { sequence: 3, services: [] } });
    const decision = decideService(serviceInput({ records: [east], existing: importFrom(east), evidence }));
    expect(decision).toEqual({ do: 'remove', whys: [expect.stringContaining('no longer names prod/db')] });
  });

  test('the type flips with the oldest export and the flip is told', () => {
    const existing = importFrom(headless, east);
    const evidence = reports({ west: { sequence: 3, services: [] } });
    expect(shown({ records: [east], existing, evidence }).flip).toEqual({
      from: 'Headless',
      to: 'ClusterSetIP',
    });
  });

  test('an edit of the type by hand is drift and no flip', () => {
    const existing = importFrom(east);
    const edited: IServiceImport = { ...existing, spec: { ...existing.spec, type: 'Headless' } };
    expect(shown({ records: [east], existing: edited })).toMatchObject({
      flip: undefined,
      shape: { type: 'ClusterSetIP' },
    });
  });

  test('mode HubTime goes by the hub’s own stamps', () => {
    const first = hubRecord('east', { since: '2026-01-01T00:00:00Z', recorded: '2026-03-02T00:00:00Z' });
    const forged = hubRecord('west', {
      since: '2026-02-01T00:00:00Z',
      recorded: '2026-03-01T00:00:00Z',
      type: 'Headless',
    });
    const hub = { readable: true, unreachable: false };
    expect(shown({ records: [first, forged], hub: { ...hub, mode: 'ExportTime' } }).shape.type).toBe(
      'ClusterSetIP',
    );
    expect(shown({ records: [first, forged], hub: { ...hub, mode: 'HubTime' } }).shape.type).toBe('Headless');
  });
});

describe('removal', () => {
  test('needs every source to be proven gone', () => {
    const existing = importFrom(east, west);
    const one = reports({ west: { sequence: 3, services: [] } });
    expect(decideService(serviceInput({ existing, evidence: one })).do).toBe('show');
    const both = reports({ west: { sequence: 3, services: [] }, east: { sequence: 3, services: ['web'] } });
    const decision = decideService(serviceInput({ existing, evidence: both }));
    expect(decision).toMatchObject({ do: 'remove', whys: [expect.any(String), expect.any(String)] });
  });

  test('comes with the admin’s word on a cluster, its records notwithstanding', () => {
    const evidence = { ...NO_EVIDENCE, isRemoved: (_: string, uid: string) => uid === 'kube-system-east' };
    const decision = decideService(serviceInput({ records: [east], existing: importFrom(east), evidence }));
    expect(decision).toMatchObject({ do: 'remove' });
  });

  test('does not come with a report from before the export was asserted', () => {
    const evidence = reports({ east: { sequence: 0, services: [] } });
    expect(shown({ existing: importFrom(east), evidence })).toMatchObject({ frozen: [expect.any(String)] });
  });

  test.each(['', '{}', 'null', '[]', '{', '{"east":{"uid":1}}', undefined])(
    'does not come with a spoilt memory of the sources (%j)',
    (text) => {
      const existing = importFrom(east);
      const annotations = { ...existing.metadata.annotations };
      if (text === undefined) delete annotations[SOURCES_ANNOTATION];
      else annotations[SOURCES_ANNOTATION] = text;
      const spoilt = { ...existing, metadata: { ...existing.metadata, annotations } };
      const evidence = reports({ east: { sequence: 9, services: [] } });
      expect(decideService(serviceInput({ existing: spoilt, evidence }))).toMatchObject({ do: 'nothing' });
      const known: IServiceImport = { ...spoilt, status: { clusters: [{ cluster: 'east' }] } };
      expect(shown({ existing: known, evidence })).toMatchObject({
        clusters: ['east'],
        frozen: [expect.any(String)],
      });
    },
  );

  test('a spoilt memory is mended by the record', () => {
    const existing = importFrom(east);
    const spoilt: IServiceImport = {
      ...existing,
      metadata: { ...existing.metadata, annotations: {} },
      status: { clusters: [{ cluster: 'east' }] },
    };
    expect(shown({ existing: spoilt, records: [east] }).sources.get('east')).toMatchObject({
      uid: 'kube-system-east',
    });
  });
});

describe('while a source is neither present nor proven gone', () => {
  test('the shape stays, the source stays, and new exporters are taken in', () => {
    const existing = importFrom(east);
    const decision = shown({ records: [west], existing });
    expect(decision).toMatchObject({ clusters: ['east', 'west'], heldBack: true });
    expect(decision.frozen).toEqual([
      'the record of cluster east is missing, and no newer inventory leaves it out',
    ]);
    expect(decision.shape.ports.map(({ name }) => name)).toEqual(['pg']);
    expect([...decision.sources.keys()].sort()).toEqual(['east', 'west']);
  });

  test('nothing is held back where the records that are there would give the same', () => {
    const twin = hubRecord('west', { since: '2026-02-01T00:00:00Z' });
    expect(shown({ records: [twin], existing: importFrom(east, twin) })).toMatchObject({ heldBack: false });
  });

  test('drift is repaired to the last shape and not to what somebody wrote', () => {
    const existing = importFrom(east);
    const edited: IServiceImport = { ...existing, spec: { type: 'Headless', ports: [{ port: 1 }] } };
    expect(shown({ existing: edited }).shape).toMatchObject({
      type: 'ClusterSetIP',
      ports: [{ name: 'pg', port: 5432 }],
    });
  });

  test('exported labels stay as they are', () => {
    const labelled = hubRecord('east', { labels: { team: 'a' } });
    expect(shown({ existing: importFrom(labelled) }).shape.labels).toEqual({ team: 'a' });
  });

  test('a refused record is no proof that its export is gone', () => {
    const decision = shown({ records: [refused(east)], existing: importFrom(east) });
    expect(decision.frozen).toEqual(['the record of cluster east is refused: namespace prod is denied']);
    expect(decideService(serviceInput({ records: [refused(east)] })).do).toBe('nothing');
  });

  test('a refused record of a cluster that never shaped the import counts for nothing', () => {
    const decision = shown({ records: [east, refused(west)], existing: importFrom(east) });
    expect(decision).toMatchObject({ clusters: ['east'], frozen: [], gone: [] });
  });

  test('a hub that went back in time does not flip the type (https://github.com/submariner-io/lighthouse/pull/1472)', () => {
    const existing = importFrom(hubRecord('east', {}, { asserted: 5, inventory: 9 }));
    const old = hubRecord('east', { type: 'Headless' }, { asserted: 5, inventory: 8 });
    const decision = shown({ records: [old], existing });
    expect(decision.shape.type).toBe('ClusterSetIP');
    expect(decision.frozen).toEqual([
      'the record of cluster east is older than the one that shaped the import',
    ]);
    expect(decision.sources.get('east')).toEqual({ uid: 'kube-system-east', sequence: 5, inventory: 9 });
    const repaired = hubRecord('east', { type: 'Headless' }, { asserted: 10, inventory: 10 });
    expect(shown({ records: [repaired], existing }).shape.type).toBe('Headless');
  });

  test('another cluster that took the id over is judged by its own sequences', () => {
    const existing = importFrom(hubRecord('east', {}, { asserted: 50, inventory: 90 }));
    const rebuilt = hubRecord('east', {}, { asserted: 1, inventory: 2, uid: 'kube-system-new' });
    expect(shown({ records: [rebuilt], existing }).sources.get('east')).toEqual({
      uid: 'kube-system-new',
      sequence: 1,
      inventory: 2,
    });
  });

  test('sources that come and go any way they like: the shape only ever moves with all of them known', () => {
    const clusters = ['east', 'west', 'north'];
    const state = fc.constantFrom('present', 'missing', 'gone', 'refused', 'older');
    fc.assert(
      fc.property(
        fc.tuple(state, state, state),
        fc.constantFrom<'Headless' | 'ClusterSetIP'>('Headless', 'ClusterSetIP'),
        (states, type) => {
          const existing = importFrom(...clusters.map((cluster) => hubRecord(cluster)));
          const records = clusters.flatMap((cluster, at) => {
            const now = hubRecord(cluster, { type });
            if (states[at] === 'present') return [now];
            if (states[at] === 'refused') return [refused(now)];
            if (states[at] === 'older') return [hubRecord(cluster, { type }, { inventory: 1 })];
            return [];
          });
          const left = clusters.filter((_, at) => states[at] === 'gone');
          const evidence = reports(
            Object.fromEntries(left.map((cluster) => [cluster, { sequence: 3, services: [] }])),
          );
          const decision = decideService(serviceInput({ existing, records, evidence }));
          expect(decision.do).toBe(left.length === clusters.length ? 'remove' : 'show');
          if (decision.do !== 'show') return;
          expect(decision.clusters).toEqual(clusters.filter((cluster) => !left.includes(cluster)).sort());
          const known = states.every((one) => one === 'present' || one === 'gone');
          expect(decision.frozen.length === 0).toBe(known);
          expect(decision.shape.type).toBe(known ? type : 'ClusterSetIP');
        },
      ),
    );
  });
});

describe('without the hub', () => {
  test('an import stays as it is', () => {
    const existing = importFrom(east, west);
    for (const hub of [UNREAD, AWAY]) {
      const decision = shown({ hub, existing, own: ownDb({ type: 'Headless' }) });
      expect(sameServiceImport(existing, importOf(decision, existing))).toBe(true);
    }
  });

  test('the own export is shown where there is no import and the hub cannot be reached', () => {
    const decision = shown({ hub: AWAY, own: ownDb() });
    expect(decision).toMatchObject({ clusters: ['here'], shape: { ports: [{ name: 'pg' }] } });
    expect(decision.sources.get('here')).toEqual({ uid: 'kube-system-here', sequence: 0, inventory: 0 });
  });

  test('the own export waits where the hub may still come to be read', () => {
    expect(decideService(serviceInput({ hub: UNREAD, own: ownDb() }))).toMatchObject({
      do: 'nothing',
      ask: true,
    });
  });

  test.each([NOT_EXPORTED, { is: 'unknown' } as const])(
    'nothing is shown that is not exported here (%j)',
    (own) => {
      expect(decideService(serviceInput({ hub: AWAY, own }))).toMatchObject({ do: 'nothing' });
    },
  );
});

describe('the own export, once the hub is read', () => {
  const alone = importOf(shown({ hub: AWAY, own: ownDb() }));

  test('is not taken from here but from the hub, where there is no import yet', () => {
    expect(decideService(serviceInput({ own: ownDb() }))).toMatchObject({ do: 'nothing' });
    expect(shown({ own: ownDb(), records: [west] }).clusters).toEqual(['west']);
  });

  test('keeps what it shows until the hub holds the own record, an older own report notwithstanding', () => {
    const evidence = reports({ here: { sequence: 7, services: [] } });
    expect(shown({ own: ownDb(), existing: alone, evidence, records: [west] })).toMatchObject({
      clusters: ['here', 'west'],
      frozen: ['the hub does not hold the own record yet'],
    });
  });

  test('goes over into its record', () => {
    const decision = shown({ own: ownDb(), existing: alone, records: [hubRecord('here'), west] });
    expect(decision.frozen).toEqual([]);
    expect(decision.sources.get('here')).toEqual({ uid: 'kube-system-here', sequence: 1, inventory: 2 });
  });

  test('goes where this cluster no longer exports it and the hub holds no record', () => {
    expect(decideService(serviceInput({ existing: alone }))).toEqual({
      do: 'remove',
      whys: ['this cluster does not export it: there is no ServiceExport'],
    });
  });

  test('stays, for all members alike, while the hub still holds the record of a withdrawn one', () => {
    const existing = importFrom(hubRecord('here'));
    expect(shown({ existing, records: [hubRecord('here')] })).toMatchObject({
      clusters: ['here'],
      frozen: [],
    });
  });

  test('stays, too, while that record is refused, for it may still be what others see', () => {
    const existing = importFrom(hubRecord('here'));
    expect(shown({ existing, records: [refused(hubRecord('here'))] })).toMatchObject({
      frozen: ['the record of cluster here is refused: namespace prod is denied'],
    });
  });

  test('is not judged while the own caches are incomplete', () => {
    const existing = importFrom(hubRecord('here'));
    const evidence = reports({ here: { sequence: 9, services: [] } });
    expect(shown({ existing, own: { is: 'unknown' }, evidence })).toMatchObject({
      frozen: [expect.any(String)],
    });
  });

  test('goes with the admin’s word even while it is exported', () => {
    const evidence = { ...NO_EVIDENCE, isRemoved: () => true };
    expect(decideService(serviceInput({ existing: alone, own: ownDb(), evidence }))).toMatchObject({
      do: 'remove',
    });
  });
});
