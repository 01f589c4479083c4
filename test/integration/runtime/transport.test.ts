import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { configMaps, type IConfigMap } from '#apis/kubernetes/config-map.ts';
import { type IService, services } from '#apis/kubernetes/service.ts';
import { isConflict, isKindMissing, isNotFound } from '#src/kube/errors.ts';
import { answer, answerRaw, dropReply, reset, stall, stallReply, throttle } from '#test/proxy/actions.ts';
import type { ProxiedRequest } from '#test/proxy/request.ts';
import { configMap } from './config-maps.ts';
import { CountingClock } from './counting-clock.ts';
import { Rig } from './rig.ts';
import { until } from './watched.ts';

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

describe('ordinary calls', () => {
  it('wait as long as the server asks (429, 503 with Retry-After) and then succeed', async () => {
    const client = rig.through();
    for (const code of [429, 503]) {
      const script = rig.proxy.script({ when: isVersion, action: answer(code, { retryAfterSeconds: 1 }) });
      const started = performance.now();
      await client.request('GET', '/version');
      expect(script.taken).toBe(1);
      expect(performance.now() - started).toBeGreaterThan(990);
    }
  });

  it('do not wait where no time is named, where it would not fit, or where they were told not to', async () => {
    const client = rig.through();
    const once = (code: number, retryAfterSeconds?: number) =>
      rig.proxy.script({
        when: isVersion,
        action: answer(code, retryAfterSeconds === undefined ? {} : { retryAfterSeconds }),
      });
    once(503);
    await expect(client.request('GET', '/version')).rejects.toMatchObject({ code: 503 });
    once(429, 40);
    await expect(client.request('GET', '/version')).rejects.toMatchObject({
      code: 429,
      retryAfterSeconds: 40,
    });
    once(429, 1);
    const options = { retry: false };
    await expect(client.request('GET', '/version', undefined, options)).rejects.toMatchObject({ code: 429 });
  });

  it('give up a server that says "later" again and again', async () => {
    const busy = rig.proxy.script({
      when: isVersion,
      times: 50,
      action: answer(429, { retryAfterSeconds: 0 }),
    });
    await expect(rig.through().request('GET', '/version')).rejects.toMatchObject({ code: 429 });
    expect(busy.taken).toBe(5);
    busy.cancel();
  });

  it('end at their deadline, leave no timer, and the next one does not wait on a dead connection', async () => {
    const clock = new CountingClock();
    const client = rig.through(clock);
    // Several idle connections, all of which are about to die without a word.
    await Promise.all(Array.from({ length: 4 }, () => client.request('GET', '/version')));
    // A connection counts as busy for a moment after its reply.
    await clock.sleep(50);
    await rig.proxy.mode('half-open');
    const started = performance.now();
    const short = { timeoutMs: 300 };
    await expect(client.request('GET', '/version', undefined, short)).rejects.toMatchObject({
      fault: 'timeout',
      message: 'test: cannot GET /version: no answer within 0.3 s',
    });
    await Promise.all(Array.from({ length: 4 }, () => client.request('GET', '/version')));
    // One deadline in all; those of the others would be 30 s each.
    expect(performance.now() - started).toBeLessThan(10_000);
    expect(clock.pending).toBe(0);
  });

  it("end with the caller's own reason, and leave no timer and no open request", async () => {
    const clock = new CountingClock();
    const client = rig.through(clock);
    const held = rig.proxy.script({ when: isVersion, action: stall() });
    const abort = new AbortController();
    const call = client.request('GET', '/version', undefined, { signal: abort.signal });
    await until('it is under way', () => held.taken === 1);
    abort.abort(new Error('enough'));
    await expect(call).rejects.toThrow('enough');
    expect(clock.pending).toBe(0);
    await expect(client.get(configMaps, KEY, { signal: abort.signal })).rejects.toThrow('enough');
  });

  it('a read on a connection that had gone stale is sent again; a write is not', async () => {
    const client = rig.through();
    const reading = rig.proxy.script({ when: isVersion, action: reset() });
    await client.request('GET', '/version');
    expect(reading.taken).toBe(1);
    const namespace = await rig.namespace();
    const writing = rig.proxy.script({ when: ({ verb }) => verb === 'create', action: reset() });
    await expect(client.create(configMaps, map(namespace, {}))).rejects.toMatchObject({ fault: 'cut' });
    expect(writing.taken).toBe(1);
  });

  it('a reply lost after the commit is an error of the transport: the write may have happened', async () => {
    const client = rig.through();
    const namespace = await rig.namespace();
    rig.proxy.script({ when: ({ verb }) => verb === 'create', action: dropReply() });
    await expect(client.create(configMaps, map(namespace, {}))).rejects.toMatchObject({
      name: 'TransportError',
      fault: 'cut',
    });
    await rig.world.get(configMaps, { namespace, name: 'map' });
  });

  it.each([
    { how: 'never arrives', action: stallReply() },
    { how: 'trickles', action: throttle(200) },
  ])('a reply that $how is given up at the deadline, headers or not', async ({ action }) => {
    const client = rig.through();
    const namespace = await rig.namespace();
    rig.proxy.script({ when: (request) => request.namespace === namespace, action });
    const big = map(namespace, { big: 'x'.repeat(5_000) });
    await rig.world.create(configMaps, big);
    const key = { namespace, name: 'map' };
    await expect(client.get(configMaps, key, { timeoutMs: 400 })).rejects.toMatchObject({ fault: 'timeout' });
    expect(await client.get(configMaps, key)).toMatchObject({ data: big.data });
  });

  it('deletes are fenced: another object of the name, or another version, is left alone', async () => {
    const client = rig.through();
    const namespace = await rig.namespace();
    const { uid = '', resourceVersion = '' } = await client.create(configMaps, map(namespace, {}));
    const key = { namespace, name: 'map' };
    await expect(client.delete(configMaps, key, { uid: 'another' })).rejects.toSatisfy(isConflict);
    await rig.world.apply(configMaps, map(namespace, { x: '1' }), { fieldManager: 'somebody' });
    await expect(client.delete(configMaps, key, { uid, resourceVersion })).rejects.toSatisfy(isConflict);
    expect(await client.delete(configMaps, key, { uid })).toBeUndefined();
    await expect(client.delete(configMaps, key, { uid })).rejects.toSatisfy(isNotFound);
  });

  it('a kind that the server does not know is told apart from an object that is not there', async () => {
    const widgets = { ...configMaps, group: 'example.com', plural: 'widgets', kind: 'Widget' };
    const failure = rig.through().get(widgets, KEY);
    await expect(failure).rejects.toSatisfy(isKindMissing);
    await expect(failure).rejects.not.toSatisfy(isNotFound);
  });
});

describe('hostile replies', () => {
  it.each([
    ['plain', '__proto__'],
    ['escaped', '\\u005f_proto__'],
  ])('a member named __proto__, %s, is dropped before anyone can merge it', async (_how, name) => {
    const body = `{"metadata":{"name":"map","${name}":{"polluted":true}},"data":{"${name}":"x","a":"1"}}`;
    rig.proxy.script({ when: ({ verb }) => verb === 'get', action: answerRaw(200, body) });
    const read = await rig.through().get(configMaps, KEY);
    expect(Object.keys(read.data ?? {})).toEqual(['a']);
    expect(Object.assign({}, read.metadata)).not.toHaveProperty('polluted');
  });

  it('what nests deeper than any object of ours is null, and the rest is read', async () => {
    const body = `{"metadata":{"name":"map"},"deep":${'['.repeat(9_000)}${']'.repeat(9_000)},"data":{"a":"1"}}`;
    rig.proxy.script({ when: ({ verb }) => verb === 'get', action: answerRaw(200, body) });
    expect(await rig.through().get(configMaps, KEY)).toMatchObject({
      metadata: { name: 'map' },
      data: { a: '1' },
    });
  });

  it.each([
    ['no JSON', '<html></html>'],
    ['no object', '"a string"'],
    ['an object without metadata', '{"kind":"ConfigMap"}'],
  ])('%s is refused as malformed', async (_what, body) => {
    rig.proxy.script({ when: ({ verb }) => verb === 'get', action: answerRaw(200, body) });
    await expect(rig.through().get(configMaps, KEY)).rejects.toMatchObject({ fault: 'malformed' });
  });
});

const KEY = { namespace: 'default', name: 'map' };

function isVersion({ path }: ProxiedRequest): boolean {
  return path === '/version';
}

function map(namespace: string, data: Record<string, string>): IConfigMap {
  return { ...configMap('map', data), metadata: { namespace, name: 'map' } };
}

function ignoreNotFound(error: unknown): void {
  if (!isNotFound(error)) throw error;
}
