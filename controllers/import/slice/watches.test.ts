import { describe, expect, test } from 'vitest';
import type { IExportedEndpointSlice } from '#apis/hub/exported-endpoint-slice.ts';
import type { IExportedService } from '#apis/hub/exported-service.ts';
import type { IMember } from '#apis/hub/member.ts';
import type { IMemberReport } from '#apis/hub/member-report.ts';
import type { IService } from '#apis/kubernetes/service.ts';
import { MANAGED_BY, MANAGED_BY_LABEL } from '#apis/labels.ts';
import type { IServiceImport } from '#apis/multicluster/service-import.ts';
import { derivedServiceName, sliceHash } from '#controllers/endpoints/names.ts';
import { projectRecord } from '#controllers/endpoints/record-view.ts';
import { projectSlice, type RecordView, type SliceView } from '#controllers/endpoints/views.ts';
import * as membership from '#controllers/membership/indexes.ts';
import { filled } from '#test/builders/caches.ts';
import { exportedService } from '#test/builders/exporters.ts';
import { hubRecord, importFrom } from '#test/builders/imports.ts';
import { memberThatIs, reportOf } from '#test/builders/members.ts';
import { service, slice } from '#test/driver/builders.ts';
import * as importing from '../indexes.ts';
import { Obstacles } from '../obstacles.ts';
import { decideRemoteSlice } from './decision.ts';
import {
  keyOfSource,
  keysOfDerived,
  keysOfFallen,
  keysOfImport,
  keysOfMember,
  keysOfReport,
  keysOfServiceRecord,
  keysOfSlice,
  ownKeys,
} from './watches.ts';

const h1 = sliceHash('db-1');
const h2 = sliceHash('db-2');
const held = importFrom(hubRecord('east'));

function record(cluster: string, hash: string): RecordView {
  const raw: IExportedEndpointSlice = {
    metadata: { name: `prod.db.${hash}`, namespace: `member-${cluster}`, uid: `${cluster}-${hash}` },
    spec: {
      addressType: 'IPv4',
      ports: [{ name: 'pg', port: 5432, protocol: 'TCP' }],
      source: { uid: 'slice', generation: 1 },
      endpoints: [],
      asserted: { uid: `kube-system-${cluster}`, sequence: 2 },
    },
  };
  return projectRecord(raw);
}

/** The imported slice of a member's record, as this cluster wrote it. */
function imported(cluster: string, hash: string): SliceView {
  const east = hubRecord(cluster);
  const decision = decideRemoteSlice({
    at: { cluster, namespace: 'prod', service: 'db', sliceHash: hash },
    held,
    existing: undefined,
    derivedService: undefined,
    importIsCurrent: () => true,
    hubReadable: true,
    evidence: { isRemoved: () => false, report: () => undefined, service: () => undefined },
    isTakenOver: () => false,
    record: record(cluster, hash),
    admission: east.admission,
    serviceRegressed: () => false,
    addressRanges: undefined,
    withheld: () => false,
  });
  if (decision.do !== 'write') throw new Error(decision.why);
  return projectSlice(decision.slice);
}

interface Given {
  slices?: SliceView[];
  records?: RecordView[];
  services?: IExportedService[];
  members?: IMember[];
  reports?: IMemberReport[];
}

function world(given: Given = {}) {
  const sliceIndexes = { ...membership.sourceSliceIndexes, ...importing.sliceIndexes };
  return {
    cluster: 'here',
    hubCaches: {
      exportedServices: filled(membership.exportedServiceIndexes, given.services),
      exportedEndpointSlices: filled(membership.exportedSliceIndexes, given.records),
      members: filled({}, given.members),
      memberReports: filled({}, given.reports),
    },
    local: {
      endpointSlices: filled(sliceIndexes, given.slices),
      serviceImports: filled(importing.serviceImportIndexes, [held]),
    },
    obstacles: new Obstacles(),
  };
}

const source = projectSlice(slice('prod', 'db', '1', []));

describe('a slice in this cluster', () => {
  test('of ours bears on what it shows', () => {
    expect(keysOfSlice(world(), imported('east', h1))).toEqual([`prod/db/east/${h1}`]);
  });

  test('of a Service bears on its own import', () => {
    expect(keyOfSource(world(), source)).toEqual([`prod/db/here/${h1}`]);
    expect(keyOfSource(world(), imported('here', h1))).toEqual([]);
  });

  test('that came from another set is nobody’s source (https://github.com/karmada-io/karmada/pull/6522)', () => {
    const foreign = slice('prod', 'db', '1', []);
    foreign.metadata.labels = {
      ...foreign.metadata.labels,
      'multicluster.kubernetes.io/source-cluster': 'x',
    };
    expect(keyOfSource(world(), projectSlice(foreign))).toEqual([]);
  });

  test('that stands in the way bears on who waits for its name', () => {
    const there = world();
    there.obstacles.add(source, 'prod/x/east/h');
    expect(keysOfSlice(there, source)).toEqual(['prod/x/east/h']);
  });
});

describe('the record of a Service', () => {
  const there = world({
    slices: [imported('east', h1), imported('east', h2), imported('west', h1)],
    records: [record('east', h1), record('east', 'new0000000000'), record('west', h1)],
  });
  const db = exportedService('east');
  const naming = (...slices: string[]): IExportedService => ({
    ...db,
    spec: { ...db.spec, inventory: { sequence: 9, slices } },
  });

  test('bears, where only its inventory changed, on imported slices that it does not name', () => {
    expect([...keysOfServiceRecord(there, naming(h1, h2), naming(h1))]).toEqual([`prod/db/east/${h2}`]);
    expect([...keysOfServiceRecord(there, naming(h1), naming(h1, h2))]).toEqual([]);
  });

  test('bears on a record that was there before it was named', () => {
    const all = naming(h1, h2, 'new0000000000', 'later00000000');
    expect([...keysOfServiceRecord(there, naming(h1, h2), all)]).toEqual(['prod/db/east/new0000000000']);
    expect([...keysOfServiceRecord(there, all, all)]).toEqual([]);
  });

  test('bears, where its ports changed or it is new, on all slices of its export', () => {
    const all = [`prod/db/east/${h1}`, `prod/db/east/${h2}`, 'prod/db/east/new0000000000'];
    const ports = { ...db, spec: { ...db.spec, ports: [] } };
    expect(new Set(keysOfServiceRecord(there, db, ports))).toEqual(new Set(all));
    expect(new Set(keysOfServiceRecord(there, undefined, db))).toEqual(new Set(all));
  });

  test('that vanished bears on nothing, nor does this cluster’s own', () => {
    expect([...keysOfServiceRecord(there, db, undefined)]).toEqual([]);
    expect([...keysOfServiceRecord({ ...there, cluster: 'east' }, undefined, db)]).toEqual([]);
  });
});

describe('a report', () => {
  const there = world({ slices: [imported('east', h1), imported('west', h1)] });
  const report = (...services: string[]): IMemberReport => ({
    metadata: { name: 'report', namespace: 'member-east' },
    spec: { clusterUID: 'u', clusterSetUID: 's', agentVersion: '1', inventory: { sequence: 3, services } },
  });

  test('bears on the imported slices of what it does not name', () => {
    expect([...keysOfReport(there, undefined, report())]).toEqual([`prod/db/east/${h1}`]);
    expect([...keysOfReport(there, undefined, report('prod.db'))]).toEqual([]);
    expect([...keysOfReport(there, report('prod.db'), undefined)]).toEqual([]);
  });

  test('bears on the records of a Service that were there before it was named', () => {
    const known = world({ services: [exportedService('east')], records: [record('east', h2)] });
    expect([...keysOfReport(known, report(), report('prod.db', 'prod.web'))]).toEqual([`prod/db/east/${h2}`]);
    expect([...keysOfReport(known, report('prod.db'), report('prod.db', 'prod.web'))]).toEqual([]);
  });

  test('of this cluster itself bears on nothing: own slices go by the own caches', () => {
    expect([...keysOfReport({ ...there, cluster: 'east' }, undefined, report())]).toEqual([]);
  });

  test('bears on every imported slice of a member that it shows to live, and on nobody else’s', () => {
    const given = { slices: [imported('east', h1), imported('east', h2), imported('west', h1)] };
    const away = world({ ...given, members: [memberThatIs('east', 'False', 3)] });
    const [known, newer, later] = [3, 4, 5].map((sequence) => reportOf('east', sequence, 'prod.db'));
    const both = [`prod/db/east/${h1}`, `prod/db/east/${h2}`];
    expect([...keysOfReport(away, known, newer)]).toEqual(both);
    expect([...keysOfReport(away, newer, later)]).toEqual([]);
    const alive = world({ ...given, members: [memberThatIs('east', 'True', 3)] });
    expect([...keysOfReport(alive, known, newer)]).toEqual([]);
  });
});

describe('a member', () => {
  test('bears on all of its slices where its spec changed, and on none for its status', () => {
    const there = world({
      slices: [imported('east', h1)],
      records: [record('east', h2), record('west', h1)],
    });
    const before = { metadata: { name: 'east' }, spec: {} };
    const ranges = { ...before, spec: { addressRanges: ['198.18.0.0/16'] } };
    expect([...keysOfMember(there, before, ranges)]).toEqual([`prod/db/east/${h1}`, `prod/db/east/${h2}`]);
    expect([...keysOfMember(there, ranges, { ...ranges, status: {} })]).toEqual([]);
  });

  test('that is no longer reachable, or is so again, bears on its own imported slices, unless its report says that it lives', () => {
    const given = {
      slices: [imported('east', h1), imported('west', h1)],
      records: [record('east', h2), record('west', h1)],
    };
    const [up, down] = [memberThatIs('east', 'True'), memberThatIs('east', 'False', 3)];
    const silent = world({ ...given, reports: [reportOf('east', 3, 'prod.db')] });
    expect([...keysOfFallen(silent, up, down)]).toEqual([`prod/db/east/${h1}`]);
    expect([...keysOfFallen(silent, down, up), ...keysOfMember(silent, up, down)]).toEqual([]);
    expect([...keysOfMember(silent, down, up)]).toEqual([`prod/db/east/${h1}`]);
    const own = { ...silent, cluster: 'east' };
    expect([...keysOfFallen(own, up, down), ...keysOfMember(own, down, up)]).toEqual([]);
    const reporting = world({ ...given, reports: [reportOf('east', 4, 'prod.db')] });
    expect([...keysOfFallen(reporting, up, down)]).toEqual([]);
  });
});

describe('a ServiceImport', () => {
  const there = world({
    slices: [imported('east', h1), source],
    records: [record('east', h2), record('north', h1)],
    services: [exportedService('east')],
  });
  const all = [`prod/db/east/${h1}`, `prod/db/here/${h1}`, `prod/db/east/${h2}`];

  test('bears on all slices of its Service where something changed that slices are made from', () => {
    expect([...keysOfImport(there, undefined, held)]).toEqual(all);
    for (const change of [
      { ports: [] },
      { type: 'Headless' as const },
      { ipFamilies: [] },
      { trafficDistribution: 'PreferClose' },
    ]) {
      expect([...keysOfImport(there, held, importFrom(hubRecord('east', change)))]).toEqual(all);
    }
    const anew = { ...held, metadata: { ...held.metadata, uid: 'import-2' } };
    expect([...keysOfImport(there, held, anew)]).toEqual(all);
  });

  test('bears on none for its status, other notes, or a spec that somebody edited', () => {
    const given: IServiceImport = {
      ...held,
      metadata: {
        ...held.metadata,
        annotations: { ...held.metadata.annotations, 'example.com/note': 'seen' },
        resourceVersion: '8',
      },
      spec: { ...held.spec, type: 'Headless', ports: [], ips: ['10.0.0.7'], ipFamilies: ['IPv6'] },
      status: { clusters: [] },
    };
    expect([...keysOfImport(there, held, given)]).toEqual([]);
    expect([...keysOfImport(there, held, undefined)]).toEqual([]);
  });
});

describe('the Service that has the derived one’s name', () => {
  const there = world({ slices: [imported('east', h1), source] });
  const theirs = service('prod', derivedServiceName('prod', 'db'));
  const ours: IService = {
    ...theirs,
    metadata: { ...theirs.metadata, labels: { [MANAGED_BY_LABEL]: MANAGED_BY } },
  };

  test.each<[string, IService | undefined, IService | undefined]>([
    ['comes as somebody else’s', undefined, theirs],
    ['becomes somebody else’s', ours, theirs],
    ['was somebody else’s and goes', theirs, undefined],
  ])('bears on all slices of the import where it %s', (_what, before, after) => {
    expect([...keysOfDerived(there, before, after)]).toEqual([`prod/db/east/${h1}`]);
  });

  test('bears on none where nothing of that changes, or where it has another name', () => {
    expect([...keysOfDerived(there, undefined, ours)]).toEqual([]);
    expect([...keysOfDerived(there, theirs, { ...theirs, spec: {} })]).toEqual([]);
    expect([...keysOfDerived(there, undefined, service('prod', 'db'))]).toEqual([]);
  });
});

describe('a local Service or ServiceExport', () => {
  test('bears on the own slices of its name, there or still imported', () => {
    const there = world({ slices: [source, imported('here', h2), imported('east', h1)] });
    const named = { metadata: { namespace: 'prod', name: 'db' } };
    expect([...ownKeys(there, named)]).toEqual([`prod/db/here/${h1}`, `prod/db/here/${h2}`]);
  });
});
