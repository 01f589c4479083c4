import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import type { AddressType, Endpoint, IEndpointSlice } from '#apis/kubernetes/endpoint-slice.ts';
import { SERVICE_NAME_LABEL, SOURCE_CLUSTER_LABEL } from '#apis/labels.ts';
import { addressBook, mergedEntries } from './address-book.ts';
import { describeNameless } from './nameless.ts';
import { type PeerForm, peerList } from './peers.ts';

function slice(
  cluster: string,
  endpoints: Endpoint[],
  type: AddressType = 'IPv4',
  ports: IEndpointSlice['ports'] = [{ name: 'pg', port: 5432, protocol: 'TCP' }],
): IEndpointSlice {
  return {
    metadata: {
      namespace: 'prod',
      name: `db-${cluster}-${type}`,
      creationTimestamp: '2026-01-01T00:00:00Z',
      labels: { [SERVICE_NAME_LABEL]: 'db', [SOURCE_CLUSTER_LABEL]: cluster },
    },
    addressType: type,
    endpoints,
    ports,
  };
}

const pod = (hostname: string, address: string, conditions: Endpoint['conditions'] = {}): Endpoint => ({
  hostname,
  addresses: [address],
  conditions,
});
const book = (...slices: IEndpointSlice[]) => addressBook(slices, 'clusterset.local');

describe('the address book', () => {
  it('names pods in the order of their numbers', () => {
    const { entries } = book(
      slice('zzzc', [pod('db-10', '198.18.1.10'), pod('db-2', '198.18.1.2')]),
      slice('bjpdc', [pod('db-0', '198.18.3.1')]),
    );
    expect(entries.map(({ name }) => name)).toEqual([
      'db-0.bjpdc.db.prod.svc.clusterset.local',
      'db-2.zzzc.db.prod.svc.clusterset.local',
      'db-10.zzzc.db.prod.svc.clusterset.local',
    ]);
  });

  it('knows the domain of the set', () => {
    const { entries } = addressBook([slice('zzzc', [pod('db-0', '198.18.1.1')])], 'set.example');
    expect(entries[0]?.name).toBe('db-0.zzzc.db.prod.svc.set.example');
  });

  it('shows both addresses of a pod under dual stack, IPv4 first', () => {
    const { entries } = book(
      slice('zzzc', [pod('db-0', 'fd01::1')], 'IPv6'),
      slice('zzzc', [pod('db-0', '198.18.1.1')]),
    );
    expect(entries).toMatchObject([{ hostname: 'db-0', addresses: ['198.18.1.1', 'fd01::1'], ready: true }]);
    expect(entries[0]?.ports).toHaveLength(1);
  });

  it('gives the name to the pod that stays, while the one before it is going', () => {
    const going = pod('db-0', '198.18.1.1', { ready: false, terminating: true });
    const { entries } = book(slice('zzzc', [going, pod('db-0', '198.18.1.2', { ready: false })]));
    expect(entries).toMatchObject([{ addresses: ['198.18.1.2'], ready: false }]);
    expect(book(slice('zzzc', [going])).entries).toMatchObject([{ addresses: ['198.18.1.1'] }]);
  });

  it('tells endpoints without a hostname apart, with their pods where the slice names them', () => {
    const bare = { addresses: ['198.18.1.9'], targetRef: { kind: 'Pod', name: 'db-0' } };
    expect(book(slice('zzzc', [bare]), slice('shbt', [{ addresses: ['198.18.2.9'] }]))).toEqual({
      entries: [],
      nameless: [
        { namespace: 'prod', service: 'db', cluster: 'shbt', addresses: ['198.18.2.9'], pods: [] },
        { namespace: 'prod', service: 'db', cluster: 'zzzc', addresses: ['198.18.1.9'], pods: ['db-0'] },
      ],
    });
  });

  it('is the same whatever the order of the lists that it is made of', () => {
    const slices = ['a', 'b-1', 'b-10'].flatMap((cluster) => [
      slice(cluster, [pod('db-0', '198.18.1.1'), pod('db-1', '198.18.1.2')]),
      slice(cluster, [pod('db-1', 'fd01::2'), pod('db-0', 'fd01::1')], 'IPv6'),
    ]);
    const known = book(...slices);
    fc.assert(
      fc.property(fc.shuffledSubarray(slices, { minLength: slices.length }), (shuffled) => {
        expect(book(...shuffled)).toEqual(known);
      }),
    );
  });
});

test('the books of several clusters make one, in the same order', () => {
  const entries = book(
    slice('zzzc', [pod('db-0', '198.18.1.1')]),
    slice('shbt', [pod('db-0', '198.18.2.1')]),
  ).entries;
  expect(mergedEntries([...entries.slice(1), ...entries])).toEqual(entries);
});

describe('a list of peers', () => {
  const three = book(
    slice('zzzc', [pod('db-0', '198.18.1.1', { ready: false }), pod('db-1', '198.18.1.2')]),
    slice('shbt', [pod('db-0', '198.18.2.1')]),
  ).entries;
  const names = three.map(({ name }) => name);

  it.each<[PeerForm, string | undefined, string]>([
    ['env', undefined, `DB_PEERS=${names.join(',')}\n`],
    ['env', 'pg', `DB_PEERS=${names.map((name) => `${name}:5432`).join(',')}\n`],
    ['mongodb', undefined, `mongodb://${names.map((name) => `${name}:5432`).join(',')}/\n`],
    ['kafka', '5432', `${names.map((name) => `${name}:5432`).join(',')}\n`],
    [
      'etcd',
      undefined,
      `db-0.shbt=http://${names[0]}:5432,db-0.zzzc=http://${names[1]}:5432,db-1.zzzc=http://${names[2]}:5432\n`,
    ],
    ['hosts', undefined, `198.18.2.1 ${names[0]}\n198.18.1.1 ${names[1]}\n198.18.1.2 ${names[2]}\n`],
  ])('for %s with port %s holds all pods, ready or not', (form, port, text) => {
    expect(peerList(form, three, port)).toEqual({ text });
  });

  const etcd = book(
    slice('zzzc', [pod('etcd-0', '198.18.1.1')], 'IPv4', [
      { name: 'client', port: 2379 },
      { name: 'peer', port: 2380, appProtocol: 'https' },
    ]),
  ).entries;

  it('takes the port that the program is known by, and what the port says of encryption', () => {
    expect(peerList('etcd', etcd, undefined)).toEqual({
      text: 'etcd-0.zzzc=https://etcd-0.zzzc.db.prod.svc.clusterset.local:2380\n',
    });
  });

  it('asks for the port where it cannot know', () => {
    const problem = 'prod/db has ports client (2379), peer (2380): say which one with --port';
    expect(peerList('kafka', etcd, undefined)).toEqual({ problem });
    expect(peerList('etcd', etcd, 'nope')).toEqual({ problem });
    const none = book(slice('zzzc', [pod('db-0', '198.18.1.1')], 'IPv4', [])).entries;
    expect(peerList('etcd', none, undefined)).toEqual({
      problem: 'prod/db has no port: say which one with --port',
    });
  });
});

describe('endpoints without a name are explained', () => {
  const found = {
    namespace: 'prod',
    service: 'db',
    cluster: 'zzzc',
    addresses: ['198.18.1.9'],
    pods: ['db-0'],
  };
  const set = (serviceName: string) => ({ metadata: { name: 'db' }, spec: { serviceName } });

  test('by the StatefulSet that another Service governs (guards against https://github.com/linkerd/linkerd2/pull/6090)', () => {
    expect(describeNameless(found, [set('db-internal')])).toBe(
      'prod/db of zzzc: pods db-0 have no name of their own: StatefulSet db has serviceName db-internal, and only ' +
        'the Service that it names gives its pods names; export Service db-internal instead, or make the ' +
        'StatefulSet anew with serviceName db',
    );
    expect(describeNameless(found, [set('')])).toMatch(/has no serviceName, .*; make the StatefulSet anew/);
  });

  test('by their pods, where no StatefulSet has them', () => {
    expect(describeNameless({ ...found, pods: ['db-7d9f-x2'] }, [set('db')])).toMatch(
      /they belong to no StatefulSet; set hostname, and db as subdomain/,
    );
  });

  test('by where to look, where that cannot be seen', () => {
    const where =
      /look in cluster zzzc whether the StatefulSet's spec.serviceName is db \(kubectl -n prod get/;
    expect(describeNameless(found, undefined)).toMatch(where);
    expect(describeNameless({ ...found, pods: [] }, undefined)).toMatch(
      /endpoints 198\.18\.1\.9 have no name/,
    );
    expect(describeNameless(found, [set('db')])).toMatch(where);
  });
});
