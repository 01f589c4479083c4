import { isDeepStrictEqual } from 'node:util';
import { beforeAll, expect, it } from 'vitest';
import { endpointSlices, type IEndpointSlice } from '#apis/kubernetes/endpoint-slice.ts';
import { type IService, services } from '#apis/kubernetes/service.ts';
import type { KubeObject, Resource } from '#apis/meta.ts';
import { type IServiceImport, serviceImports } from '#apis/multicluster/service-import.ts';
import { derivedServiceName } from '#controllers/endpoints/names.ts';
import { skipWithout } from '#test/clusters/use-clusters.ts';
import { endpoint } from '#test/driver/builders.ts';
import type { MemberCluster } from '#test/driver/cluster.ts';
import { editStatus } from '#test/driver/edit.ts';
import { eventually } from '#test/driver/eventually.ts';
import { awaitSlices } from '#test/driver/imported.ts';
import { importedObjects } from '#test/driver/imported-objects.ts';
import { AGENT_USER } from '#test/driver/requests.ts';
import { exportsPlain, type Opened } from './shared.ts';

/** The objects of the import that everything is done to; `far` and `near` are slices of bjpdc and of zzzc itself. */
const NAME = 'drift';
const DERIVED = derivedServiceName('prod', NAME);
type Names = { far: string; near: string };
type Drift = [
  string,
  (zzzc: MemberCluster, names: Names) => Promise<void>,
  (names: Names) => string | string[],
];

/** A spec that was written has a new generation, which the status has to say that it is about. */
const SPEC_REPAIRED = [`update serviceimports ${NAME}`, `update serviceimports/status ${NAME}`];

/** https://github.com/cilium/cilium/pull/47123: hand-edited slices stayed as they were. */
const DRIFTS: Drift[] = [
  [
    'addresses in a slice of another cluster (cilium#47123)',
    onSlice('far', (slice) => ({ ...slice, endpoints: [endpoint('198.18.66.6')] })),
    ({ far }) => `update endpointslices ${far}`,
  ],
  [
    'addresses in a slice of its own',
    onSlice('near', (slice) => ({ ...slice, endpoints: [] })),
    ({ near }) => `update endpointslices ${near}`,
  ],
  [
    'ports of a slice',
    onSlice('far', (slice) => ({ ...slice, ports: [{ name: 'tcp', port: 1, protocol: 'TCP' }] })),
    ({ far }) => `update endpointslices ${far}`,
  ],
  ...[
    'multicluster.kubernetes.io/service-name',
    'multicluster.kubernetes.io/source-cluster',
    'kubernetes.io/service-name',
    'tombolo.dev/source-slice',
  ].flatMap((label): Drift[] => [
    [
      `label ${label} of a slice, changed`,
      onSlice('far', (slice) => labelled(slice, { [label]: 'other' })),
      ({ far }) => `update endpointslices ${far}`,
    ],
    [
      `label ${label} of a slice of its own, taken off`,
      onSlice('near', (slice) => labelled(slice, { [label]: undefined })),
      ({ near }) => `update endpointslices ${near}`,
    ],
  ]),
  [
    'the owner of a slice',
    onSlice('far', ({ metadata: { ownerReferences: _, ...metadata }, ...slice }) => ({ ...slice, metadata })),
    ({ far }) => `update endpointslices ${far}`,
  ],
  [
    'notes that a slice needs',
    onSlice('far', ({ metadata: { annotations: _, ...metadata }, ...slice }) => ({ ...slice, metadata })),
    ({ far }) => `update endpointslices ${far}`,
  ],
  [
    'a slice, deleted',
    (zzzc, { far }) => zzzc.deletes(endpointSlices, 'prod', far),
    ({ far }) => `create endpointslices ${far}`,
  ],
  [
    'a slice of its own, deleted',
    (zzzc, { near }) => zzzc.deletes(endpointSlices, 'prod', near),
    ({ near }) => `create endpointslices ${near}`,
  ],
  [
    'ports of the import',
    onImport(({ spec, ...rest }) => ({
      ...rest,
      spec: { ...spec, ports: [{ name: 'http', port: 80, protocol: 'TCP' }] },
    })),
    () => SPEC_REPAIRED,
  ],
  [
    'type of the import',
    onImport(({ spec, ...rest }) => ({ ...rest, spec: { ...spec, type: 'Headless', ips: [] } })),
    () => SPEC_REPAIRED,
  ],
  [
    'families and addresses of the import',
    onImport(({ spec, ...rest }) => ({
      ...rest,
      spec: { ...spec, ips: ['2001:2::666'], ipFamilies: ['IPv6'] },
    })),
    () => SPEC_REPAIRED,
  ],
  [
    'notes that the import needs',
    onImport(({ metadata: { annotations: _, ...metadata }, ...rest }) => ({ ...rest, metadata })),
    () => `update serviceimports ${NAME}`,
  ],
  [
    'status of the import',
    (zzzc) =>
      editStatus(zzzc.client, serviceImports, { namespace: 'prod', name: NAME }, (present) => ({
        ...present,
        status: { ...present.status, clusters: [{ cluster: 'nobody' }] },
      })),
    () => `update serviceimports/status ${NAME}`,
  ],
  [
    'ports of the derived Service',
    onDerived(({ spec, ...rest }) => ({ ...rest, spec: { ...spec, ports: [{ name: 'http', port: 80 }] } })),
    () => `update services ${DERIVED}`,
  ],
  [
    'a selector on the derived Service, by which other pods would get its traffic',
    onDerived(({ spec, ...rest }) => ({ ...rest, spec: { ...spec, selector: { app: 'other' } } })),
    () => `update services ${DERIVED}`,
  ],
  [
    'a label of the derived Service',
    onDerived((derived) => labelled(derived, { 'multicluster.kubernetes.io/service-name': 'other' })),
    () => `update services ${DERIVED}`,
  ],
  [
    'the derived Service, deleted',
    (zzzc) => zzzc.deletes(services, 'prod', DERIVED),
    () => `create services ${DERIVED}`,
  ],
];

export function drift(set: Opened): void {
  let names: Names = { far: '', near: '' };
  let before: Record<string, unknown> = {};

  beforeAll(async () => {
    const zzzc = set().member('zzzc');
    await exportsPlain(zzzc, 'prod', NAME, '198.18.38.1');
    await exportsPlain(set().member('bjpdc'), 'prod', NAME, '198.18.38.2');
    const slice = async (cluster: string) => {
      const [found] = await awaitSlices(zzzc, 'prod', NAME, cluster, (some) => expect(some).toHaveLength(1));
      return found?.metadata.name ?? '';
    };
    names = { far: await slice('bjpdc'), near: await slice('zzzc') };
    await zzzc.awaitImport('prod', NAME, ({ spec, status }) => {
      expect(spec.ips).toHaveLength(1);
      expect(status?.clusters).toHaveLength(2);
      expect(status?.conditions).toMatchObject([{ type: 'Ready', status: 'True' }]);
    });
    await set().settle('prod');
    before = await importedObjects(zzzc, 'prod', NAME);
  });

  it.each(DRIFTS)('undone, with no write too many: %s', async (_what, happens, write) => {
    const zzzc = set().member('zzzc');
    const written = await writesFrom(set);
    await happens(zzzc, names);
    await eventually('all is as it was', async () => {
      expect(await importedObjects(zzzc, 'prod', NAME)).toEqual(before);
    });
    await set().settle('prod');
    expect(await importedObjects(zzzc, 'prod', NAME)).toEqual(before);
    expect(await written()).toEqual([write(names)].flat());
  });

  it('an import that was deleted is made again, and what belonged to it belongs to the new one, its address included', async () => {
    const zzzc = set().member('zzzc');
    const former = await zzzc.awaitImport('prod', NAME);
    await zzzc.deletes(serviceImports, 'prod', NAME);
    const anew = await zzzc.awaitImport('prod', NAME, ({ metadata, spec, status }) => {
      expect(metadata.uid).not.toBe(former.metadata.uid);
      expect(spec).toEqual(former.spec);
      expect(status?.clusters).toEqual(former.status?.clusters);
    });
    const owned = await importedObjects(zzzc, 'prod', NAME);
    await eventually('all belongs to it', async () => {
      const { items } = await zzzc.client.list(endpointSlices, { namespace: 'prod' });
      const slices = items.filter(({ metadata }) => Object.values(names).includes(metadata.name));
      const derived = await zzzc.client.get(services, { namespace: 'prod', name: DERIVED });
      expect(slices).toHaveLength(2);
      for (const { metadata } of [...slices, derived])
        expect(metadata.ownerReferences?.map(({ uid }) => uid)).toEqual([anew.metadata.uid]);
    });
    expect(Object.keys(owned).sort()).toEqual(Object.keys(before).sort());
  });

  it('what others note on our objects is theirs: it stays, and costs no write', async (context) => {
    skipWithout(context, set().cluster('zzzc'), 'audit');
    const zzzc = set().member('zzzc');
    await set().settle('prod');
    const written = await writesFrom(set);
    const note = { 'mesh.example.com/seen': 'yes' };
    await onSlice('far', (slice) => labelled(slice, note))(zzzc, names);
    await onImport((found) => labelled(found, note))(zzzc);
    await onDerived((found) => labelled(found, note))(zzzc);
    await set().settle('prod');
    expect(await written()).toEqual([]);
    const now = await importedObjects(zzzc, 'prod', NAME);
    const noted = Object.values(now).filter((object) =>
      JSON.stringify(object).includes('mesh.example.com/seen'),
    );
    expect(noted).toHaveLength(3);
    expect(isDeepStrictEqual(Object.keys(now).sort(), Object.keys(before).sort())).toBe(true);
  });
}

function onSlice(which: keyof Names, change: (slice: IEndpointSlice) => IEndpointSlice) {
  return (zzzc: MemberCluster, names: Names) => on(zzzc, endpointSlices, names[which], change);
}

function onImport(change: (found: IServiceImport) => IServiceImport) {
  return (zzzc: MemberCluster) => on(zzzc, serviceImports, NAME, change);
}

function onDerived(change: (found: IService) => IService) {
  return (zzzc: MemberCluster) => on(zzzc, services, DERIVED, change);
}

function on<T extends KubeObject>(
  zzzc: MemberCluster,
  resource: Resource<T>,
  name: string,
  change: (object: T) => T,
): Promise<void> {
  return zzzc.edits(resource, { namespace: 'prod', name }, change);
}

/** The object with these labels besides; undefined takes one off. */
function labelled<T extends KubeObject>(object: T, more: Record<string, string | undefined>): T {
  const labels = new Map(Object.entries(object.metadata.labels ?? {}));
  for (const [key, value] of Object.entries(more)) {
    if (value === undefined) labels.delete(key);
    else labels.set(key, value);
  }
  return { ...object, metadata: { ...object.metadata, labels: Object.fromEntries(labels) } };
}

/** Asked later: what zzzc's agent has written to the import's objects by then, Events left out. */
async function writesFrom(set: Opened): Promise<() => Promise<string[]>> {
  const log = set().cluster('zzzc').audit;
  const since = await log.mark();
  return async () =>
    (await log.entries({ user: AGENT_USER, since }))
      .filter(
        ({ resource, name, verb }) =>
          resource !== 'events' && verb !== 'watch' && (name.startsWith(NAME) || name === DERIVED),
      )
      // An API server tells of a Service's end before its address is free: then it is asked for once more.
      .filter(({ resource, verb, code }) => !(resource === 'services' && verb === 'create' && code === 422))
      .map(({ verb, resource, subresource, name, code }) => {
        const what = subresource === '' ? resource : `${resource}/${subresource}`;
        return `${verb} ${what} ${name}${code >= 400 ? ` ${code}` : ''}`;
      });
}
