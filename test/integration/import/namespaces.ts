import { expect, it } from 'vitest';
import { type INamespace, namespaces as kind } from '#apis/kubernetes/namespace.ts';
import { skipWithout } from '#test/clusters/use-clusters.ts';
import { endpoint, slice } from '#test/driver/builders.ts';
import { exportsPlain } from '#test/driver/exporting.ts';
import { awaitNothingOf } from '#test/driver/imported.ts';
import { NamespaceController } from '#test/driver/namespace-controller.ts';
import { AGENT_USER } from '#test/driver/requests.ts';
import type { OpenedSet } from '#test/driver/use-set.ts';

export function namespaces(set: OpenedSet): void {
  it('where it is being deleted nothing is tried; where it comes again, so does the import', async (context) => {
    // In a namespace of the same name everything is to be made, though the cache may know it all as done.
    skipWithout(context, set().cluster('zzzc'), 'audit');
    const [zzzc, shbt] = [set().member('zzzc'), set().member('shbt')];
    for (const member of [zzzc, shbt]) await member.namespace('ending');
    await exportsPlain(shbt, 'ending', 'db', '198.18.36.11');
    await zzzc.awaitAddresses('ending', 'db', 'shbt', ['198.18.36.11']);
    const former = await zzzc.awaitImport('ending', 'db', ({ spec }) => expect(spec.ips).toHaveLength(1));
    await set().settle('prod');

    const controller = new NamespaceController(zzzc);
    await controller.deletes('ending');
    await set().settle('prod');
    const before = await requestsIn(set, 'ending');
    await controller.empties('ending');
    await shbt.slice(slice('ending', 'db', 'a', [endpoint('198.18.36.12')]));
    await set().settle('prod');
    expect(await requestsIn(set, 'ending')).toEqual(before);
    await awaitNothingOf(zzzc, 'ending', 'db');
    await controller.finalizes('ending');

    await zzzc.namespace('ending');
    await zzzc.awaitAddresses('ending', 'db', 'shbt', ['198.18.36.12']);
    const anew = await zzzc.awaitImport('ending', 'db', ({ spec }) => expect(spec.ips).toHaveLength(1));
    expect(anew.metadata.uid).not.toBe(former.metadata.uid);
  });

  it('with an exporter’s namespace goes the export; nothing of ours holds it up', async () => {
    // A finalizer on the ServiceExport would, for as long as the hub cannot be reached.
    const [zzzc, shbt] = [set().member('zzzc'), set().member('shbt')];
    for (const member of [zzzc, shbt]) await member.namespace('leaving');
    await exportsPlain(zzzc, 'leaving', 'db', '198.18.36.21');
    await shbt.awaitAddresses('leaving', 'db', 'zzzc', ['198.18.36.21']);
    const controller = new NamespaceController(zzzc);
    await controller.deletes('leaving');
    await controller.empties('leaving');
    await controller.finalizes('leaving');
    await awaitNothingOf(shbt, 'leaving', 'db');
    expect((await shbt.client.get<INamespace>(kind, { name: 'leaving' })).status?.phase).toBe('Active');
  });
}

/** All that zzzc's agent has asked for in a namespace so far: `<verb> <resource> <status>`. */
async function requestsIn(set: OpenedSet, namespace: string): Promise<string[]> {
  const entries = await set().cluster('zzzc').audit.entries({ user: AGENT_USER });
  return entries
    .filter((entry) => entry.namespace === namespace && entry.resource !== 'events')
    .map(({ verb, resource, subresource, code }) =>
      [verb, subresource === '' ? resource : `${resource}/${subresource}`, code].join(' '),
    );
}
