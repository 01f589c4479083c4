import { describe, expect, test } from 'vitest';
import type { IExportedService } from '#apis/hub/exported-service.ts';
import type { IMember } from '#apis/hub/member.ts';
import type { IMemberReport } from '#apis/hub/member-report.ts';
import type { INamespace } from '#apis/kubernetes/namespace.ts';
import type { IService } from '#apis/kubernetes/service.ts';
import { MANAGED_BY, MANAGED_BY_LABEL, SERVICE_NAME_LABEL } from '#apis/labels.ts';
import type { IServiceExport } from '#apis/multicluster/service-export.ts';
import type { IServiceImport } from '#apis/multicluster/service-import.ts';
import { derivedServiceName } from '#controllers/endpoints/names.ts';
import * as membership from '#controllers/membership/indexes.ts';
import { filled } from '#test/builders/caches.ts';
import { exportedService } from '#test/builders/exporters.ts';
import { hubRecord, importFrom } from '#test/builders/imports.ts';
import { memberThatIs } from '#test/builders/members.ts';
import { service } from '#test/driver/builders.ts';
import { exportedServiceIndexes, serviceExportIndexes, serviceImportIndexes } from '../indexes.ts';
import { Obstacles } from '../obstacles.ts';
import {
  allKeys,
  keysOfFallen,
  keysOfMember,
  keysOfNamespace,
  keysOfReport,
  keysOfService,
} from './watches.ts';

/** The import of prod/<name> that east and west shaped. */
function imported(name: string): IServiceImport {
  const held = importFrom(hubRecord('east'), hubRecord('west'));
  return { ...held, metadata: { ...held.metadata, name } };
}

/** The record of <namespace>/<name> in a member's hub namespace. */
function record(cluster: string, namespace: string, name: string): IExportedService {
  const db = exportedService(cluster);
  return {
    metadata: { ...db.metadata, name: `${namespace}.${name}`, uid: `${cluster}-${namespace}-${name}` },
    spec: { ...db.spec, service: { namespace, name } },
  };
}

function world(
  given: {
    imports?: IServiceImport[];
    records?: IExportedService[];
    exports?: IServiceExport[];
    members?: IMember[];
    reports?: IMemberReport[];
    services?: IService[];
  } = {},
) {
  const indexes = { ...membership.exportedServiceIndexes, ...exportedServiceIndexes };
  return {
    hubCaches: {
      exportedServices: filled(indexes, given.records),
      members: filled({}, given.members),
      memberReports: filled({}, given.reports),
    },
    local: {
      serviceImports: filled(serviceImportIndexes, given.imports),
      serviceExports: filled(serviceExportIndexes, given.exports),
      services: filled({}, given.services),
    },
    obstacles: new Obstacles(),
  };
}

function report(cluster: string, sequence: number, ...names: string[]): IMemberReport {
  return {
    metadata: { name: 'report', namespace: `member-${cluster}` },
    spec: {
      clusterUID: `kube-system-${cluster}`,
      clusterSetUID: 'set',
      agentVersion: '1',
      inventory: { sequence, services: names },
    },
  };
}

describe('a report', () => {
  const there = world({
    imports: [imported('db'), imported('web')],
    records: [record('east', 'prod', 'db'), record('east', 'prod', 'new'), record('west', 'prod', 'other')],
  });

  test('bears on what it does not name and this cluster shows', () => {
    const [before, after] = [report('east', 1, 'prod.db', 'prod.web'), report('east', 2, 'prod.db')];
    expect([...keysOfReport(there, before, after)]).toEqual(['prod/web']);
  });

  test('bears on them also where only its sequence has grown, as it does after a rollback', () => {
    const [before, after] = [report('east', 1, 'prod.db'), report('east', 9, 'prod.db')];
    expect([...keysOfReport(there, before, after)]).toEqual(['prod/web']);
  });

  test('bears on what it newly names and the hub holds', () => {
    const [before, after] = [
      report('east', 1, 'prod.db', 'prod.web'),
      report('east', 2, 'prod.db', 'prod.web', 'prod.new', 'prod.x'),
    ];
    expect([...keysOfReport(there, before, after)]).toEqual(['prod/new']);
  });

  test('bears on a derived Service alone, of which no import knows the sources, when it ceases to name it', () => {
    const orphan = service('prod', derivedServiceName('prod', 'lost'));
    orphan.metadata.labels = { [SERVICE_NAME_LABEL]: 'lost', [MANAGED_BY_LABEL]: MANAGED_BY };
    const places = world({ services: [orphan], reports: [report('east', 1, 'prod.lost', 'prod.web')] });
    const named = report('east', 1, 'prod.lost', 'prod.web');
    expect([...keysOfReport(places, named, report('east', 2, 'prod.web'))]).toEqual(['prod/lost']);
    expect([...keysOfReport(places, named, undefined)]).toEqual(['prod/lost']);
    expect([...keysOfReport(places, named, report('east', 2, 'prod.lost'))]).toEqual([]);
    // Whoever had no report that counts might have exported it.
    expect([...keysOfReport(places, undefined, report('east', 2))]).toEqual(['prod/lost']);
    const member = { metadata: { name: 'east' }, spec: {} };
    const removed = { ...member, spec: { removed: ['kube-system-east'] } };
    expect([...keysOfMember(places, member, removed)]).toEqual(['prod/lost']);
  });

  test('bears on nothing of other members', () => {
    expect([...keysOfReport(there, undefined, report('north', 1, 'prod.other'))]).toEqual([]);
  });

  test('that vanished, or cannot be read, bears on all that the hub holds: nothing is left out any more', () => {
    const before = report('east', 1, 'prod.db');
    expect([...keysOfReport(there, before, undefined)]).toEqual(['prod/db', 'prod/new']);
    const malformed = {
      ...before,
      spec: { ...before.spec, inventory: { sequence: 2 } },
    } as unknown as IMemberReport;
    expect([...keysOfReport(there, before, malformed)]).toEqual(['prod/db', 'prod/new']);
    expect([...keysOfReport(there, undefined, malformed)]).toEqual([]);
  });
});

describe('a member', () => {
  test('bears on all of its Services where its spec changed, and on none for its status', () => {
    const there = world({
      imports: [imported('db')],
      records: [record('east', 'prod', 'new'), record('west', 'prod', 'other')],
    });
    const before = { metadata: { name: 'east' }, spec: {} };
    const removed = { ...before, spec: { removed: ['kube-system-east'] } };
    expect([...keysOfMember(there, before, removed)]).toEqual(['prod/db', 'prod/new']);
    expect([...keysOfMember(there, removed, { ...removed, status: { claimedUID: 'x' } })]).toEqual([]);
  });

  test('that is no longer reachable, or is so again, bears on the imports that it is a source of', () => {
    const there = world({ imports: [imported('db')], records: [record('east', 'prod', 'new')] });
    const [up, down] = [memberThatIs('east', 'True'), memberThatIs('east', 'False', 3)];
    expect([...keysOfFallen(there, up, down)]).toEqual(['prod/db']);
    expect([...keysOfFallen(there, down, up), ...keysOfMember(there, up, down)]).toEqual([]);
    expect([...keysOfMember(there, down, up)]).toEqual(['prod/db']);
    expect([...keysOfFallen(there, undefined, memberThatIs('north', 'False', 3))]).toEqual([]);
    const away = world({ imports: [imported('db')], members: [down] });
    expect([...keysOfReport(away, report('east', 3, 'prod.db'), report('east', 4, 'prod.db'))]).toEqual([
      'prod/db',
    ]);
  });
});

describe('a namespace', () => {
  const there = world({
    records: [record('east', 'prod', 'db'), record('east', 'other', 'db')],
    imports: [imported('web')],
    exports: [{ metadata: { namespace: 'prod', name: 'own' } }],
  });
  const active: INamespace = { metadata: { name: 'prod', uid: 'n1' }, status: { phase: 'Active' } };
  const going: INamespace = { ...active, status: { phase: 'Terminating' } };

  test.each<[string, INamespace | undefined, INamespace | undefined]>([
    ['comes', undefined, active],
    ['is made anew', active, { ...active, metadata: { name: 'prod', uid: 'n2' } }],
    ['goes', active, going],
  ])(
    'that %s has all its imports looked at (https://github.com/submariner-io/lighthouse/pull/1625)',
    (_what, before, after) => {
      expect([...keysOfNamespace(there, before, after)]).toEqual(['prod/db', 'prod/web', 'prod/own']);
    },
  );

  test('that gets another label has none looked at', () => {
    const labelled = { ...active, metadata: { ...active.metadata, labels: { a: 'b' } } };
    expect([...keysOfNamespace(there, active, labelled)]).toEqual([]);
  });
});

describe('a Service', () => {
  const derived: IService = service('prod', derivedServiceName('prod', 'db'), {});
  derived.metadata.labels = { [MANAGED_BY_LABEL]: MANAGED_BY, [SERVICE_NAME_LABEL]: 'db' };

  test('that is derived bears on its import', () => {
    expect([...keysOfService(world(), derived)]).toEqual(['prod/db']);
  });

  test('that is derived is looked at when everything is, though nothing else is left of its import', () => {
    const there = world();
    const local = { ...there.local, services: filled({}, [derived, service('prod', 'mine')]) };
    expect([...allKeys({ ...there, local })]).toEqual(['prod/db']);
  });

  test('that only carries the labels of a derived one bears on nothing', () => {
    const other = { ...derived, metadata: { ...derived.metadata, name: 'mine' } };
    expect([...keysOfService(world(), other)]).toEqual([]);
  });

  test('that stands in the way bears on who waits for its name', () => {
    const there = world();
    const foreign = service('prod', 'derived-x');
    there.obstacles.add(foreign, 'prod/db');
    expect([...keysOfService(there, foreign)]).toEqual(['prod/db']);
  });

  test('that is exported bears on the import of its own name, any other on none', () => {
    const there = world({ exports: [{ metadata: { namespace: 'prod', name: 'own' } }] });
    expect([...keysOfService(there, service('prod', 'own'))]).toEqual(['prod/own']);
    expect([...keysOfService(there, service('prod', 'mine'))]).toEqual([]);
  });
});
