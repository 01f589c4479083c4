import { afterAll, beforeAll, expect, onTestFinished } from 'vitest';
import { exportedEndpointSlices } from '#apis/hub/exported-endpoint-slice.ts';
import { exportedServices } from '#apis/hub/exported-service.ts';
import { memberReports } from '#apis/hub/member-report.ts';
import { serviceImports } from '#apis/multicluster/service-import.ts';
import { sliceHash } from '#controllers/endpoints/names.ts';
import { awaitTold, toldOn } from '#test/driver/events.ts';
import { eventually } from '#test/driver/eventually.ts';
import { awaitDerivedService } from '#test/driver/imported.ts';
import { awaitTrouble, troubles } from '#test/driver/log.ts';
import type { OpenedSet } from '#test/driver/use-set.ts';
import type { BadObject } from './bad-object.ts';
import { HostileMember } from './hostile-member.ts';

/** Records as a hostile member, or a later version, may write them to a hub that takes everything. */
export function records(set: OpenedSet, badObject: BadObject): void {
  let evil: HostileMember;

  beforeAll(async () => {
    evil = await HostileMember.join(set(), 'constructor');
    await evil.reports(['constructor', 'many', 'newer', 'poison', 'shapeless']);
  });
  afterAll(() => evil?.close());

  /** Waits until both members have said that they refuse a record. */
  const refused = async (what: string) => {
    for (const { id } of set().members)
      await awaitTrouble(set().agent(id), `a record on the hub is refused: ${what}`);
  };

  badObject('a record whose inner name is not its own is refused, and shows up under neither', async () => {
    await evil.service('alias', ['a'], { service: { namespace: 'prod', name: 'good' } });
    await refused(`${EXPORT}.alias: spec.service says prod/good, but the record is named "prod.alias"`);
    const zzzc = set().member('zzzc');
    expect(await zzzc.serviceImport('prod', 'alias')).toBeUndefined();
    const { status } = await zzzc.awaitImport('prod', 'good');
    expect(status?.clusters).toEqual([{ cluster: 'shbt' }]);
  });

  badObject('addresses that can only do harm are left out one by one, whatever their family', async () => {
    const zzzc = set().member('zzzc');
    await evil.service('poison', ['a', 'b'], { ipFamilies: ['IPv4', 'IPv6'] });
    await evil.slice('poison', 'a', lines('198.18.50.1', ...HARMFUL_V4));
    await evil.slice('poison', 'b', lines('2001:db8::1', ...HARMFUL_V6), { addressType: 'IPv6' });
    await zzzc.awaitAddresses('prod', 'poison', 'constructor', ['198.18.50.1', '2001:db8::1']);
    const told = await eventually('both slices are told of', async () => {
      const lines = await toldOn(zzzc, serviceImports, 'prod', 'poison');
      expect(lines).toHaveLength(2);
      return lines.sort();
    });
    const words = 'Warning EndpointsDropped: Endpoints of cluster constructor are left out: ';
    expect(told).toEqual([
      `${words}127.0.0.1 is a loopback address; 169.254.1.1 is a link-local address; 169.254.169.254 is the address of a cloud metadata service; and ${HARMFUL_V4.length - 3} more`,
      `${words}::1 is a loopback address; fe80::1 is a link-local address; ff02::1 is a multicast address; and ${HARMFUL_V6.length - 3} more`,
    ]);
    expect(troubles(set().agent('zzzc')).filter((line) => /are left out/.test(line))).toHaveLength(2);
  });

  badObject('1,001 endpoints of one slice are 1,000, since an API server takes no more', async () => {
    const zzzc = set().member('zzzc');
    await evil.service('many', ['a']);
    await evil.slice('many', 'a', lines(...addresses(1_001)));
    await zzzc.awaitAddresses('prod', 'many', 'constructor', addresses(1_000));
    await awaitTold(
      zzzc,
      serviceImports,
      'prod',
      'many',
      'Warning EndpointsDropped: Endpoints of cluster constructor are left out: 1 of 1001 endpoints did not fit (the limit is 1000)',
    );
  });

  badObject(
    'fields that this version does not know are ignored, and values go as far as this cluster takes them',
    async () => {
      const zzzc = set().member('zzzc');
      await evil.service('newer', ['a'], {
        type: 'ClusterSetIP',
        ports: [{ name: 'tcp', port: 80, protocol: 'TCP', weight: 3 }],
        sessionAffinity: 'Sticky',
        internalTrafficPolicy: 'Nearby',
        trafficDistribution: 'PreferSameRack',
        addressing: { mode: 'LoadBalancer' },
      });
      await evil.slice('newer', 'a', ['198.18.70.1 RSt weight=5 hostname=newer-0'], { rack: '7' });
      await zzzc.awaitAddresses('prod', 'newer', 'constructor', ['198.18.70.1']);
      const { status, spec } = await zzzc.awaitImport('prod', 'newer', (found) => {
        expect(found.status?.conditions).toContainEqual(
          expect.objectContaining({ type: 'Ready', status: 'True' }),
        );
      });
      expect(spec.ips).toHaveLength(1);
      expect(status?.conditions?.[0]?.message).toMatch(
        /this cluster's API server does not know sessionAffinity Sticky, internalTrafficPolicy Nearby, trafficDistribution PreferSameRack, so the derived Service goes without/,
      );
      const derived = await awaitDerivedService(zzzc, 'prod', 'newer');
      expect(derived.spec).toMatchObject({ sessionAffinity: 'None', internalTrafficPolicy: 'Cluster' });
    },
  );

  badObject(
    'a type that this version does not know is refused, since nothing is known of how to serve it',
    async () => {
      await evil.service('mesh', ['a'], { type: 'Mesh' });
      await refused(`${EXPORT}.mesh: spec.type is "Mesh", which this version does not know`);
      expect(await set().member('zzzc').serviceImport('prod', 'mesh')).toBeUndefined();
    },
  );

  badObject('names that mean something to JavaScript are names, and reach no prototype', async () => {
    const zzzc = set().member('zzzc');
    const prototypes = JSON.parse('{"__proto__":{"polluted":true},"prototype":{"polluted":true}}');
    const labels = JSON.parse('{"__proto__":"x","constructor":"y","team":"db"}');
    await evil.service('constructor', ['a'], { ...prototypes, labels });
    await evil.slice('constructor', 'a', lines('198.18.71.1'), prototypes);
    await zzzc.awaitAddresses('prod', 'constructor', 'constructor', ['198.18.71.1']);
    // Its status is written beside its slices.
    const { metadata } = await zzzc.awaitImport('prod', 'constructor', ({ status }) =>
      expect(status?.clusters).toEqual([{ cluster: 'constructor' }]),
    );
    expect(metadata.labels).toMatchObject({ constructor: 'y', team: 'db' });
    expect(Object(Object.create(null)).polluted).toBeUndefined();
    expect('polluted' in {}).toBe(false);
  });

  badObject(
    'JSON nested as deeply as an API server takes it is read, and refused where it is no value',
    async () => {
      const deep = `${'{"d":'.repeat(DEPTH)}1${'}'.repeat(DEPTH)}`;
      expect(await evil.writesText(exportedServices, 'prod.deep', `{"service":${deep}}`)).toBe(201);
      await refused(`${EXPORT}.deep: spec.service does not hold a namespace and a name that are DNS labels`);
      const slice = `prod.deep.${sliceHash('a')}`;
      expect(await evil.writesText(exportedEndpointSlices, slice, `{"endpoints":${deep}}`)).toBe(201);
      const report = await HostileMember.join(set(), 'deep');
      onTestFinished(() => report.close());
      expect(await report.writesText(memberReports, 'report', deep)).toBe(201);
    },
  );

  badObject('objects of no shape at all are refused one by one', async () => {
    const shapeless: [string, unknown][] = [
      ['null', null],
      ['number', 7],
      ['text', 'x'],
      ['list', []],
      ['empty', {}],
    ];
    for (const [name, spec] of shapeless) {
      await evil.writes(exportedServices, `prod.${name}`, spec);
      await evil.writes(exportedEndpointSlices, `prod.${name}.${sliceHash('a')}`, spec);
    }
    await refused(`${EXPORT}.null: the record has no metadata or no spec`);
    await refused(`${EXPORT}.empty: spec.service does not name a Service`);
    await evil.service('shapeless', ['a', 'b']);
    await evil.slice('shapeless', 'a', lines('198.18.72.1'));
    await evil.writes(exportedEndpointSlices, `prod.shapeless.${sliceHash('b')}`, { endpoints: 'x' });
    await refused(
      `ExportedEndpointSlice member-constructor/prod.shapeless.${sliceHash('b')}: spec.addressType is neither IPv4 nor IPv6`,
    );
    await set().member('zzzc').awaitAddresses('prod', 'shapeless', 'constructor', ['198.18.72.1']);
  });
}

const EXPORT = 'ExportedService member-constructor/prod';
/** More than the stack of a recursive reader; an API server takes up to 10,000. */
const DEPTH = 3_000;
const HARMFUL_V4 = [
  '127.0.0.1',
  '169.254.1.1',
  '169.254.169.254',
  '100.100.100.200',
  '224.0.0.1',
  '0.0.0.0',
  '255.255.255.255',
];
const HARMFUL_V6 = ['::1', 'fe80::1', 'ff02::1', '::', '::ffff:198.18.0.1', 'fd00:ec2::254'];

function lines(...addresses: string[]): string[] {
  return addresses.map((address) => `${address} RSt`);
}

function addresses(count: number): string[] {
  return Array.from({ length: count }, (_, n) => `198.18.${60 + (n >> 8)}.${n & 255}`);
}
