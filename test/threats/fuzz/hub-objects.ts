import fc from 'fast-check';
import { CLUSTER_SET_NAME, clusterSets } from '#apis/hub/cluster-set.ts';
import { exportedEndpointSlices, exportedSliceName } from '#apis/hub/exported-endpoint-slice.ts';
import { exportedServiceName, exportedServices } from '#apis/hub/exported-service.ts';
import { memberNamespace, members } from '#apis/hub/member.ts';
import { memberReports, REPORT_NAME } from '#apis/hub/member-report.ts';
import { sliceHash } from '#controllers/endpoints/names.ts';
import { SELF, SET_UID, uidOf } from '#test/loops/names.ts';
import { endpointLine, type JsonText } from './fragments.ts';
import { type Mutation, mutated, mutation } from './mutation.ts';

/** The others of the story: a member that does nothing wrong, and one that was taken over. */
export const GOOD = 'shbt';
export const EVIL = 'evil';

/** What the good member exports as prod/db, whatever the others write. */
export const GOOD_ADDRESS = '198.18.2.7';
export const GOOD_SLICE = sliceHash('db-good');

export const HUB_PLURALS = [
  clusterSets.plural,
  members.plural,
  memberReports.plural,
  exportedServices.plural,
  exportedEndpointSlices.plural,
];

/** Whoever wrote what is hostile: a member by its stolen credential, whoever holds this one's, or the hub itself. */
export type Writer = 'another member' | 'a thief of this member' | 'the hub';

/** All that the hub shows, by plural, each object as JSON text; `hostile`: how many of them are not as they should be. */
export interface ShownHub {
  objects: ReadonlyMap<string, JsonText[]>;
  hostile: number;
}

interface Base {
  plural: string;
  object: object;
}

/** What a member can put into an object of its own; the rest is the API server's. */
const WRITABLE = ['spec', 'metadata.labels', 'metadata.annotations', 'metadata.ownerReferences'];

/** What a server without any sense for it can send. One name that is none has a whole list refused: not too often. */
const EVERYTHING = ['metadata', 'spec', 'status'];

const serviceNames = fc.constantFrom(
  ['prod', 'db'],
  ['prod', 'db'],
  ['prod', 'web'],
  ['prod', 'payments'],
  ['team-a', 'db'],
  ['default', 'kubernetes'],
  ['kube-system', 'kube-dns'],
  ['tombolo-system', 'x'],
  ['member-shbt', 'x'],
  ['nowhere', 'db'],
  ['prod', 'constructor'],
  ['prod', '__proto__'],
  ['prod', 'a'.repeat(63)],
  ['prod', 'derived-0123456789'],
  ['prod', '..'],
  ['prod', 'x.y'],
  ['prod', ''],
  ['', 'db'],
  ['Prod', 'db'],
);

interface Said {
  names: [string, string];
  lines: string[];
  sequence: number;
}

const said: fc.Arbitrary<Said> = fc.record({
  names: serviceNames.map(([namespace = '', name = '']): [string, string] => [namespace, name]),
  lines: fc.array(endpointLine, { maxLength: 4 }),
  sequence: fc.constantFrom(0, 1, 5, 10, 2 ** 53 - 1),
});

const mutations = fc.array(mutation, { maxLength: 3 });

/** Two states of a hub, one after the other, in which one writer writes what it likes. */
export const shownHubs: fc.Arbitrary<{ writer: Writer; hubs: ShownHub[] }> = fc
  .record({
    writer: fc.constantFrom<Writer>('another member', 'a thief of this member', 'the hub'),
    states: fc.array(
      fc.record({
        said: fc.array(said, { minLength: 1, maxLength: 3 }),
        mutations: fc.array(mutations, { minLength: 16, maxLength: 16 }),
      }),
      { minLength: 2, maxLength: 2 },
    ),
  })
  .map(({ writer, states }) => ({
    writer,
    hubs: states.map((state) => shown(writer, state.said, state.mutations)),
  }));

function shown(writer: Writer, says: readonly Said[], changes: readonly Mutation[][]): ShownHub {
  const thief = writer === 'a thief of this member' ? SELF : EVIL;
  const theirs = says.flatMap((one) => recordsOf(thief, one));
  const honest = [...setOf(), ...recordsOf(GOOD, HONEST)];
  const mine = thief === SELF ? [] : recordsOf(SELF, { ...HONEST, lines: ['198.18.1.7 RSt'] });
  const reports = [GOOD, SELF, EVIL].map((cluster) => reportOf(cluster, cluster === thief ? says : [HONEST]));
  const objects = new Map(HUB_PLURALS.map((plural): [string, JsonText[]] => [plural, []]));
  let hostile = 0;
  let next = 0;
  for (const { plural, object } of [...honest, ...mine, ...reports, ...theirs]) {
    const roots = writer !== 'the hub' ? WRITABLE : next % 8 === 0 ? EVERYTHING : [...WRITABLE, 'status'];
    const isTheirs = namespaceOf(object) === memberNamespace(thief);
    const change = writer === 'the hub' || isTheirs ? (changes[next++ % changes.length] ?? []) : [];
    if (isTheirs || change.length > 0) hostile++;
    objects.get(plural)?.push(mutated(object, change, roots));
  }
  return { objects, hostile };
}

const HONEST: Said = { names: ['prod', 'db'], lines: [`${GOOD_ADDRESS} RSt hostname=db-0`], sequence: 5 };

function namespaceOf(object: object): unknown {
  return 'metadata' in object && Object(object.metadata).namespace;
}

function setOf(): Base[] {
  const member = (cluster: string, spec: object): Base => ({
    plural: members.plural,
    object: {
      metadata: { ...serverSide(members.plural, cluster), name: cluster },
      spec,
      status: {
        claimedUID: uidOf(cluster),
        conditions: [{ type: 'Reachable', status: 'True', reason: 'LeaseRenewed', message: '' }],
      },
    },
  });
  return [
    {
      plural: clusterSets.plural,
      object: {
        metadata: { ...serverSide('set', ''), name: CLUSTER_SET_NAME, uid: SET_UID },
        // A member's claim of an early time is worth nothing.
        spec: {
          precedence: 'HubTime',
          namespaces: { deny: ['default'], allow: [] },
          replaces: [],
          staleness: {},
        },
      },
    },
    member(SELF, { removed: [] }),
    member(GOOD, {}),
    member(EVIL, {
      allowedNamespaces: ['prod', 'team-*', 'nowhere', 'default', 'kube-*'],
      addressRanges: ['198.18.0.0/16', '2001:db8::/32'],
    }),
  ];
}

function reportOf(cluster: string, says: readonly Said[]): Base {
  const services = says.map(({ names }) => exportedServiceName(...names)).sort();
  const sequence = Math.max(...says.map((one) => one.sequence));
  return {
    plural: memberReports.plural,
    object: {
      metadata: { ...serverSide('report', cluster), namespace: memberNamespace(cluster), name: REPORT_NAME },
      spec: {
        clusterUID: uidOf(cluster),
        clusterSetUID: SET_UID,
        agentVersion: '1',
        inventory: { sequence, services },
      },
    },
  };
}

function recordsOf(cluster: string, { names: [namespace, name], lines, sequence }: Said): Base[] {
  const hash = cluster === GOOD ? GOOD_SLICE : sliceHash(`${name}-a`);
  const asserted = { uid: uidOf(cluster), sequence };
  const ports = [{ name: 'tcp', port: 5432, protocol: 'TCP' }];
  return [
    {
      plural: exportedServices.plural,
      object: {
        metadata: {
          ...serverSide(`${namespace}.${name}`, cluster),
          namespace: memberNamespace(cluster),
          name: exportedServiceName(namespace, name),
        },
        spec: {
          service: { namespace, name },
          export: { uid: `export-${cluster}`, creationTimestamp: '2026-01-01T00:00:00Z' },
          type: 'ClusterSetIP',
          ports,
          ipFamilies: ['IPv4'],
          sessionAffinity: 'ClientIP',
          sessionAffinityConfig: { clientIP: { timeoutSeconds: 60 } },
          internalTrafficPolicy: 'Cluster',
          trafficDistribution: 'PreferClose',
          labels: { team: 'db' },
          annotations: { note: 'x' },
          staleness: 'Keep',
          inventory: { sequence, slices: [hash] },
          asserted,
        },
      },
    },
    {
      plural: exportedEndpointSlices.plural,
      object: {
        metadata: {
          ...serverSide(`${namespace}.${name}.a`, cluster),
          namespace: memberNamespace(cluster),
          name: exportedSliceName(namespace, name, hash),
        },
        spec: {
          addressType: 'IPv4',
          ports,
          source: { uid: `slice-${cluster}`, generation: 1 },
          asserted,
          endpoints: lines,
        },
      },
    },
  ];
}

/** The good member was there first, by the hub's own stamp. */
function serverSide(what: string, cluster: string): object {
  const creationTimestamp = cluster === GOOD ? '2026-01-01T00:00:00Z' : '2026-02-02T00:00:00Z';
  return {
    uid: `${cluster}-${what}`.slice(0, 100),
    resourceVersion: '10',
    creationTimestamp,
    generation: 1,
    labels: {},
    annotations: {},
  };
}
