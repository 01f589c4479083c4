import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type IService, services } from '#apis/kubernetes/service.ts';
import { isNotFound } from '#src/kube/errors.ts';
import { configMap, configMaps, type IConfigMap } from './config-maps.ts';
import { Rig } from './rig.ts';

let rig: Rig;
beforeAll(async () => {
  rig = await Rig.start();
});
afterAll(() => rig.stop());
afterEach(() => rig.proxy.mode('pass'));

describe('1. connections', () => {
  it('100 sequential calls open at most two connections (kubernetes-client/javascript#2893: one each, none closed)', async () => {
    const client = rig.through();
    const before = rig.proxy.connections.opened;
    for (let n = 0; n < 100; n++) {
      await client.get(configMaps, { namespace: 'kube-system', name: 'none' }).catch(ignoreNotFound);
    }
    expect(rig.proxy.connections.opened - before).toBeLessThanOrEqual(2);
  });

  it('calls side by side share what is open, and a closed client refuses', async () => {
    const client = rig.through();
    const before = rig.proxy.connections.opened;
    for (let round = 0; round < 10; round++) {
      await Promise.all(Array.from({ length: 8 }, () => client.request('GET', '/version')));
    }
    // A connection counts as busy for a moment after its reply: two sets take turns.
    expect(rig.proxy.connections.opened - before).toBeLessThanOrEqual(16);
    await client.close();
    await expect(client.request('GET', '/version')).rejects.toThrow('this client is closed');
  });
});

describe('12. what others wrote survives what we write', () => {
  it('fields our types do not know survive a read, change and update (client-node drops them in both directions)', async () => {
    const client = rig.through();
    const namespace = await rig.namespace();
    // healthCheckNodePort, externalTrafficPolicy and the ranges are none of ours.
    const foreign = { externalTrafficPolicy: 'Local', loadBalancerSourceRanges: ['198.18.0.0/24'] };
    const spec = { type: 'LoadBalancer', ports: [{ port: 80 }], ...foreign } satisfies Record<
      string,
      unknown
    >;
    await rig.world.create(services, {
      metadata: { namespace, name: 'web' },
      spec: spec as IService['spec'] & object,
    });
    const read = await client.get(services, { namespace, name: 'web' });
    read.metadata.labels = { touched: 'yes' };
    await client.update(services, read);
    const after = await rig.world.get(services, { namespace, name: 'web' });
    expect(after.metadata.labels).toEqual({ touched: 'yes' });
    expect(after.spec).toMatchObject(foreign);
    expect(after.spec).toEqual(read.spec);
  });

  it("another field manager's fields survive our apply", async () => {
    const client = rig.through();
    const namespace = await rig.namespace();
    const theirs = map(namespace, { theirs: '1' });
    await rig.world.apply(configMaps, theirs, { fieldManager: 'somebody' });
    await client.apply(configMaps, map(namespace, { ours: '1' }), { fieldManager: 'tombolo' });
    const { data } = await rig.world.get(configMaps, { namespace, name: 'map' });
    expect(data).toEqual({ theirs: '1', ours: '1' });
  });

  it('an apply conflict names the other manager, and force takes the field over', async () => {
    const client = rig.through();
    const namespace = await rig.namespace();
    await rig.world.apply(configMaps, map(namespace, { shared: 'a' }), { fieldManager: 'somebody' });
    const ours = map(namespace, { shared: 'b' });
    await expect(client.apply(configMaps, ours, { fieldManager: 'tombolo' })).rejects.toMatchObject({
      code: 409,
      reason: 'Conflict',
      message: expect.stringContaining('conflict with "somebody"'),
    });
    await client.apply(configMaps, ours, { fieldManager: 'tombolo', force: true });
    expect((await rig.world.get(configMaps, { namespace, name: 'map' })).data).toEqual({ shared: 'b' });
  });

  it('writes answer with the new metadata, and carry the body only one way', async () => {
    const client = rig.through();
    const namespace = await rig.namespace();
    const created = await client.create(configMaps, map(namespace, { big: 'x'.repeat(10_000) }));
    const stored = await rig.world.get(configMaps, { namespace, name: 'map' });
    expect(created).toMatchObject({ name: 'map', namespace, uid: stored.metadata.uid });
    expect(created.resourceVersion).toBe(stored.metadata.resourceVersion);
    const sent = rig.proxy.requests.findLast(({ verb }) => verb === 'create');
    expect(sent?.headers.accept).toContain('as=PartialObjectMetadata');
  });
});

function map(namespace: string, data: Record<string, string>): IConfigMap {
  return { ...configMap('map', data), metadata: { namespace, name: 'map' } };
}

function ignoreNotFound(error: unknown): void {
  if (!isNotFound(error)) throw error;
}
