import { expect, it } from 'vitest';
import { endpointSlices } from '#apis/kubernetes/endpoint-slice.ts';
import { services } from '#apis/kubernetes/service.ts';
import type { KubeObject, Resource } from '#apis/meta.ts';
import { serviceExports } from '#apis/multicluster/service-export.ts';
import { skipWithout } from '#test/clusters/use-clusters.ts';
import { endpoint, slice } from '#test/driver/builders.ts';
import { exportsPlain } from '#test/driver/exporting.ts';
import { AGENT_USER, agentUserOnHub } from '#test/driver/requests.ts';
import type { OpenedSet } from '#test/driver/use-set.ts';

export function quiet(set: OpenedSet): void {
  it('none where nothing that matters has changed: notes of others on Service, ServiceExport and slice', async (context) => {
    skipWithout(context, set().cluster('zzzc'), 'audit');
    const zzzc = set().member('zzzc');
    await exportsPlain(zzzc, 'prod', 'quiet', '198.18.18.1');
    for (const member of set().members) await member.awaitAddresses('prod', 'quiet', 'zzzc', ['198.18.18.1']);
    await zzzc.awaitCondition('prod', 'quiet', 'Ready', 'True', 'Exported');
    await zzzc.awaitImport('prod', 'quiet', ({ status }) =>
      expect(status?.conditions).toMatchObject([{ type: 'Ready', status: 'True' }]),
    );
    await set().settle('prod');
    const written = await writesFrom(set);
    const notes: [Resource<KubeObject>, string][] = [
      [services, 'quiet'],
      [serviceExports, 'quiet'],
      [endpointSlices, 'quiet-a'],
    ];
    for (const [resource, name] of notes) {
      await zzzc.edits(resource, { namespace: 'prod', name }, ({ metadata, ...rest }) => ({
        ...rest,
        metadata: { ...metadata, annotations: { ...metadata.annotations, 'example.com/note': 'seen' } },
      }));
    }
    await set().settle('prod');
    expect(await written()).toEqual([]);
  });

  it('two where one endpoint has changed: the record, and the own import; no status', async (context) => {
    skipWithout(context, set().cluster('zzzc'), 'audit');
    const zzzc = set().member('zzzc');
    const [shown] = await zzzc.importedSlices('prod', 'quiet', 'zzzc');
    const written = await writesFrom(set);
    await zzzc.slice(slice('prod', 'quiet', 'a', [endpoint('198.18.18.2')]));
    for (const member of set().members) await member.awaitAddresses('prod', 'quiet', 'zzzc', ['198.18.18.2']);
    await set().settle('prod');
    const record = expect.stringMatching(/^update exportedendpointslices prod\.quiet\.[0-9a-v]{13}$/);
    expect((await written()).sort()).toEqual([`update endpointslices ${shown?.metadata.name}`, record]);
  });
}

/** Asked later: what zzzc's agent has written by then about Service `quiet`, here and on the hub. */
async function writesFrom(set: OpenedSet): Promise<() => Promise<string[]>> {
  const places = [
    { log: set().cluster('hub').audit, user: agentUserOnHub('zzzc') },
    { log: set().cluster('zzzc').audit, user: AGENT_USER },
  ];
  const marked = await Promise.all(
    places.map(async (place) => ({ ...place, since: await place.log.mark() })),
  );
  return async () => {
    const entries = await Promise.all(marked.map(({ log, user, since }) => log.entries({ user, since })));
    return entries
      .flat()
      .filter(({ verb, name }) => verb !== 'watch' && name.includes('quiet'))
      .map(({ verb, resource, name }) => `${verb} ${resource} ${name}`);
  };
}
