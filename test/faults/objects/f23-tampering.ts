import { isDeepStrictEqual } from 'node:util';
import { beforeAll, expect } from 'vitest';
import { endpointSlices } from '#apis/kubernetes/endpoint-slice.ts';
import { services } from '#apis/kubernetes/service.ts';
import { serviceImports } from '#apis/multicluster/service-import.ts';
import { eventually } from '#test/driver/eventually.ts';
import { exportsPlain } from '#test/driver/exporting.ts';
import { awaitSlices } from '#test/driver/imported.ts';
import { importedObjects } from '#test/driver/imported-objects.ts';
import { AGENT_USER } from '#test/driver/requests.ts';
import type { OpenedSet } from '#test/driver/use-set.ts';
import { Deletions } from '../frame/deletions.ts';
import { fault } from '../frame/fault.ts';
import { DERIVED, DRIFTS, labelled, NAME, type Names, onDerived, onImport, onSlice } from './drifts.ts';

/** What people and tools do to the objects of one import in zzzc, one thing after the other. */
export function tampering(set: OpenedSet): void {
  let names: Names = { far: '', near: '' };
  let before: Record<string, unknown> = {};
  const figures = { repairs: 0, 'repair writes': 0 };

  beforeAll(async () => {
    const zzzc = set().member('zzzc');
    await exportsPlain(zzzc, 'prod', NAME, '198.18.38.1');
    await exportsPlain(set().member('east'), 'prod', NAME, '198.18.38.2');
    const slice = async (cluster: string) => {
      const [found] = await awaitSlices(zzzc, 'prod', NAME, cluster, (some) => expect(some).toHaveLength(1));
      return found?.metadata.name ?? '';
    };
    names = { far: await slice('east'), near: await slice('zzzc') };
    await zzzc.awaitImport('prod', NAME, ({ spec, status }) => {
      expect(spec.ips).toHaveLength(1);
      expect(status?.clusters).toHaveLength(2);
      expect(status?.conditions).toMatchObject([{ type: 'Ready', status: 'True' }]);
    });
    await set().settle('prod');
    before = await importedObjects(zzzc, 'prod', NAME);
  });

  for (const [what, happens, write] of DRIFTS) {
    fault('F23', `undone, with no write too many: ${what}`, async (finding) => {
      const zzzc = set().member('zzzc');
      const deletions = await Deletions.since(set());
      const written = await writesFrom(set);
      await happens(zzzc, names);
      await eventually('all is as it was', async () => {
        expect(await importedObjects(zzzc, 'prod', NAME)).toEqual(before);
      });
      await set().settle('prod');
      expect(await importedObjects(zzzc, 'prod', NAME)).toEqual(before);
      const writes = await written();
      expect(writes).toEqual([write(names)].flat());
      figures.repairs++;
      figures['repair writes'] += writes.length;
      finding.records(figures);
      finding.deleted(await deletions.all());
    });
  }

  fault(
    'F23',
    'an import that was deleted is made again, and what belonged to it belongs to the new one, its address included',
    async (finding) => {
      const zzzc = set().member('zzzc');
      const deletions = await Deletions.since(set());
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
      await set().settle('prod');
      finding.deleted(await deletions.all());
    },
  );

  fault('F23', 'what others note on our objects is theirs: it stays, and costs no write', async (finding) => {
    const zzzc = set().member('zzzc');
    await set().settle('prod');
    const deletions = await Deletions.since(set());
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
    finding.deleted(await deletions.all());
  });
}

/** Asked later: what zzzc's agent has written to the import's objects by then, Events left out. */
async function writesFrom(set: OpenedSet): Promise<() => Promise<string[]>> {
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
