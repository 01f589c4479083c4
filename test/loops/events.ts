import fc from 'fast-check';
import { CLUSTER_SET_NAME, type IClusterSet } from '#apis/hub/cluster-set.ts';
import type { IExportedEndpointSlice } from '#apis/hub/exported-endpoint-slice.ts';
import { exportedServiceName, type IExportedService } from '#apis/hub/exported-service.ts';
import type { IMember } from '#apis/hub/member.ts';
import type { KubeObject } from '#apis/meta.ts';
import { derivedServiceName, importedSliceName } from '#controllers/endpoints/names.ts';
import { keyOf } from '#src/cache/lister.ts';
import { memberThatIs } from '#test/builders/members.ts';
import { endpoint, headless, service, slice } from '#test/driver/builders.ts';
import type { AgentLoops } from './agent.ts';
import { SELF, SET_UID, uidOf } from './names.ts';
import { hashOf, NS, plainReport, plainService, plainSlice, portsOf } from './published.ts';

/** One change of one object by somebody else, as the watch of its kind brings it. */
export interface WatchEvent {
  /** For people, where a history is printed. */
  says: string;
  happens(agent: AgentLoops): void;
}

type Events = (agent: AgentLoops) => { loses(key: string): void };

const names = fc.constantFrom('db', 'db', 'web');
const suffix = fc.constantFrom('a', 'b');
const others = fc.constantFrom('shbt', 'shbt', 'bjpdc');
const anybody = fc.constantFrom('shbt', 'shbt', 'bjpdc', SELF);
const sequence = fc.integer({ min: 1, max: 4 });
/** Mostly before what the member has said last, sometimes after. */
const told = fc.constantFrom(1, 2, 3, 4, 2 ** 45, 2 ** 46);
/** An inventory goes on, mostly; a restored hub's goes back. */
const step = fc.constantFrom(1, 1, 1, 0, -1);
const port = fc.constantFrom(5432, 5432, 5433);
/** Of a cluster, or of one that was rebuilt under its id. */
const uid = fc.constantFrom(uidOf, uidOf, uidOf, (cluster: string) => `${uidOf(cluster)}-rebuilt`);

function goes(of: Events, key: string): WatchEvent {
  return { says: `${key} goes`, happens: (agent) => of(agent).loses(key) };
}

/** Mostly there, sometimes gone. */
function comesOrGoes<T extends KubeObject>(
  objects: fc.Arbitrary<T>,
  of: (agent: AgentLoops) => { changes(object: T): void; loses(key: string): void },
): fc.Arbitrary<WatchEvent> {
  return fc
    .tuple(objects, fc.integer({ min: 0, max: 3 }))
    .map(([object, chance]) =>
      chance === 0
        ? goes(of, keyOf(object))
        : { says: JSON.stringify(object), happens: (agent) => of(agent).changes(object) },
    );
}

type ServiceRecord = IExportedService['spec'];

/** A part of what a record of a Service says. */
const part: fc.Arbitrary<
  (held: ServiceRecord, about: { cluster: string; name: string }) => Partial<ServiceRecord>
> = fc.oneof(
  {
    weight: 5,
    arbitrary: fc
      .tuple(fc.subarray(['a', 'b']), step)
      .map(([slices, by]) => ({ inventory }: ServiceRecord, { name }: { name: string }) => ({
        inventory: {
          sequence: inventory.sequence + by,
          slices: slices.map((one) => hashOf(name, one)).sort(),
        },
      })),
  },
  fc.tuple(uid, sequence).map(([of, at]) => (_: ServiceRecord, { cluster }: { cluster: string }) => ({
    asserted: { uid: of(cluster), sequence: at },
  })),
  port.map((number) => () => ({ ports: portsOf(number) })),
  fc.constantFrom<'ClusterSetIP' | 'Headless'>('ClusterSetIP', 'Headless').map((type) => () => ({ type })),
  fc.constantFrom('IPv4', 'IPv6').map((family) => () => ({ ipFamilies: [family] })),
  fc.constantFrom<'Keep' | 'Withdraw'>('Keep', 'Withdraw').map((staleness) => () => ({ staleness })),
);

const serviceRecord: fc.Arbitrary<WatchEvent> = fc
  .record({ cluster: others, name: names, change: part })
  .map(({ cluster, name, change }) => {
    const plain = plainService(cluster, name);
    const to = (held: ServiceRecord) => ({ ...held, ...change(held, { cluster, name }) });
    return {
      says: `${keyOf(plain)} goes from plain to ${JSON.stringify(to(plain.spec))}`,
      happens: ({ hub: { exportedServices } }) => {
        const { metadata, spec } = exportedServices.store.get(keyOf(plain)) ?? plain;
        exportedServices.changes({ metadata, spec: to(spec) });
      },
    };
  });

const sliceRecord: fc.Arbitrary<IExportedEndpointSlice> = fc
  .record({
    cluster: anybody,
    name: names,
    suffix,
    of: uid,
    asserted: told,
    source: fc.record({ uid: fc.constantFrom('one', 'two'), generation: fc.integer({ min: 1, max: 3 }) }),
    host: fc.integer({ min: 1, max: 3 }),
    port,
  })
  .map(({ cluster, name, suffix: one, of, asserted, source, host, port: number }) => {
    const { metadata, spec } = plainSlice(cluster, name, one);
    return {
      metadata,
      spec: {
        ...spec,
        ports: portsOf(number),
        endpoints: [`198.18.1.${host} RSt`],
        source,
        asserted: { uid: of(cluster), sequence: asserted },
      },
    };
  });

const report: fc.Arbitrary<WatchEvent> = fc
  .record({ cluster: others, of: uid, by: step, services: fc.subarray(['db', 'web']) })
  .map(({ cluster, of, by, services }) => {
    const plain = plainReport(cluster);
    return {
      says: `the report of ${of(cluster)} goes ${by} to ${services}`,
      happens: ({ hub: { memberReports } }) => {
        const { metadata, spec } = memberReports.store.get(keyOf(plain)) ?? plain;
        const inventory = {
          sequence: spec.inventory.sequence + by,
          services: services.map((name) => exportedServiceName(NS, name)),
        };
        memberReports.changes({ metadata, spec: { ...spec, clusterUID: of(cluster), inventory } });
      },
    };
  });

const member: fc.Arbitrary<IMember> = fc
  .record({
    cluster: others,
    reachable: fc.constantFrom<'True' | 'False' | 'Unknown'>('True', 'True', 'False', 'Unknown'),
    at: sequence,
    removed: fc.constantFrom(false, false, false, true),
    claimed: uid,
    takeover: fc.option(uid),
    spec: fc.constantFrom<IMember['spec']>(
      {},
      {},
      { allowedNamespaces: ['team-a'] },
      { addressRanges: ['198.18.1.0/30'] },
    ),
  })
  .map(({ cluster, reachable, at, removed, claimed, takeover, spec }) => {
    const { metadata, status } = memberThatIs(cluster, reachable, at);
    const given = {
      ...(removed && { removed: [uidOf(cluster)] }),
      ...(takeover && { takeover: takeover(cluster) }),
    };
    return {
      metadata,
      spec: { ...spec, ...given },
      ...(status && { status: { ...status, claimedUID: claimed(cluster) } }),
    };
  });

const clusterSet: fc.Arbitrary<WatchEvent> = fc
  .constantFrom<NonNullable<IClusterSet['spec']>>(
    {},
    { precedence: 'HubTime' },
    { staleness: { headless: 'Withdraw', clusterSetIP: 'Keep' } },
    { namespaces: { deny: [NS] } },
  )
  .map((spec) => ({
    says: `the set's rules are ${JSON.stringify(spec)}`,
    happens: ({ hub }) =>
      hub.clusterSets.changes({ metadata: { name: CLUSTER_SET_NAME, uid: SET_UID }, spec }),
  }));

const ownService = fc
  .record({ name: names, make: fc.constantFrom(service, headless), port })
  .map(({ name, make, port: number }) => {
    const made = make(NS, name, { ports: portsOf(number), ipFamilies: ['IPv4'] });
    return { ...made, metadata: { ...made.metadata, uid: `own-${name}` } };
  });

const ownSlice = fc
  .record({ name: names, suffix, host: fc.integer({ min: 1, max: 3 }), port })
  .map(({ name, suffix: one, host, port: number }) =>
    slice(NS, name, one, [endpoint(`198.18.3.${host}`)], portsOf(number)),
  );

const ownExport = names.map((name) => ({
  metadata: { namespace: NS, name, uid: `export-${name}`, creationTimestamp: '2026-01-01T00:00:00Z' },
}));

/**
 * Somebody deletes what the agent made, or takes its name. An own inventory that somebody sets back is a rollback, for
 * which everything is looked at anyway.
 */
const tampering: fc.Arbitrary<WatchEvent> = fc.oneof(
  fc
    .tuple(anybody, names)
    .map(([cluster, name]) => goes(({ hub }) => hub.exportedServices, keyOf(plainService(cluster, name)))),
  anybody.map((cluster) => goes(({ hub }) => hub.memberReports, keyOf(plainReport(cluster)))),
  names.map((name) => goes(({ own }) => own.serviceImports, `${NS}/${name}`)),
  names.map((name) => goes(({ own }) => own.services, `${NS}/${derivedServiceName(NS, name)}`)),
  fc
    .tuple(anybody, names, suffix)
    .map(([cluster, name, one]) =>
      goes(
        ({ own }) => own.endpointSlices,
        `${NS}/${importedSliceName(cluster, NS, name, hashOf(name, one))}`,
      ),
    ),
  comesOrGoes(
    names.map((name) => service(NS, derivedServiceName(NS, name))),
    ({ own }) => own.services,
  ),
);

/** Anything that a watch of a member's agent can bring, from so few names and numbers that they often meet. */
export const watchEvents: fc.Arbitrary<WatchEvent> = fc.oneof(
  { weight: 4, arbitrary: serviceRecord },
  { weight: 4, arbitrary: comesOrGoes(sliceRecord, ({ hub }) => hub.exportedEndpointSlices) },
  { weight: 2, arbitrary: report },
  { weight: 2, arbitrary: comesOrGoes(member, ({ hub }) => hub.members) },
  { weight: 1, arbitrary: clusterSet },
  { weight: 2, arbitrary: comesOrGoes(ownService, ({ own }) => own.services) },
  { weight: 2, arbitrary: comesOrGoes(ownSlice, ({ own }) => own.endpointSlices) },
  { weight: 2, arbitrary: comesOrGoes(ownExport, ({ own }) => own.serviceExports) },
  { weight: 2, arbitrary: tampering },
);
