import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { stringify } from 'yaml';
import { configMaps, type IConfigMap } from '#apis/kubernetes/config-map.ts';
import { SteppedClock } from '#test/clock/stepped-clock.ts';
import type { KubeClient } from './client.ts';
import { connect } from './connect.ts';

const MAP: IConfigMap = { metadata: { namespace: 'ns', name: 'map', uid: 'a-uid', resourceVersion: '7' } };
const KEY = { namespace: 'ns', name: 'map' };

const WRITES: [string, (client: KubeClient) => Promise<unknown>][] = [
  ['create', (client) => client.create(configMaps, MAP)],
  ['update', (client) => client.update(configMaps, MAP)],
  ['update of the status', (client) => client.updateStatus(configMaps, MAP)],
  ['apply', (client) => client.apply(configMaps, MAP, { fieldManager: 'tombolo' })],
  // Elsewhere it would be answered with 404, as if what it is about were gone.
  ['delete', (client) => client.delete(configMaps, KEY, { uid: 'a-uid' })],
];

describe('where another server may answer, and nobody has asked it who it is', () => {
  it.each(WRITES)('the very %s that finds the move is not sent', async (_, write) => {
    const { client, here, there, moves } = await moving();
    await client.get(configMaps, KEY);
    await moves();
    await expect(write(client)).rejects.toMatchObject({ name: 'TransportError', fault: 'held' });
    expect([here, there]).toEqual([['GET'], []]);
  });

  it('reads and questions are', async () => {
    const { client, there, moves, trust } = await moving();
    await client.get(configMaps, KEY);
    await moves();
    await client.request('POST', '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews', {});
    await client.get(configMaps, KEY);
    await expect(client.create(configMaps, MAP)).rejects.toMatchObject({ fault: 'held' });
    expect(there).toEqual(['POST', 'GET']);
    trust.doubtful = false;
    await client.create(configMaps, MAP);
    expect(there).toEqual(['POST', 'GET', 'POST']);
  });

  it('nor is a write repeated there which the former server had put off', async () => {
    const { client, clock, here, there, moves } = await moving({ putsOff: 'POST' });
    const created = client.create(configMaps, MAP);
    await expect.poll(() => clock.pending).toBe(2);
    const held = expect(created).rejects.toMatchObject({ fault: 'held' });
    await moves();
    await held;
    expect([here, there]).toEqual([['POST'], []]);
  });
});

/** A client of one server whose kubeconfig can be led to another one, and the methods that each was asked by. */
async function moving({ putsOff }: { putsOff?: string } = {}) {
  const folder = mkdtempSync(join(tmpdir(), 'moving-'));
  const path = join(folder, 'kubeconfig');
  const clock = new SteppedClock();
  const trust = { doubtful: false };
  const [here, there] = [await server(putsOff), await server()];
  writeFileSync(path, leadingTo(here.url));
  const client = connect({
    cluster: 'hub',
    kubeconfig: { path },
    clock,
    onMoved: () => {
      trust.doubtful = true;
    },
    mayWrite: () => !trust.doubtful,
  });
  onTestFinished(async () => {
    await client.close();
    rmSync(folder, { recursive: true });
  });
  const moves = async () => {
    writeFileSync(path, leadingTo(there.url));
    // So long files are believed.
    await clock.step(1_000);
  };
  return { client, clock, here: here.methods, there: there.methods, moves, trust };
}

async function server(putsOff?: string): Promise<{ url: string; methods: string[] }> {
  const methods: string[] = [];
  const listening = createServer((request, response) => {
    methods.push(request.method ?? '');
    const headers = { 'content-type': 'application/json' };
    if (request.method === putsOff) response.writeHead(429, { ...headers, 'retry-after': '1' });
    else response.writeHead(200, headers);
    response.end(JSON.stringify({ apiVersion: 'v1', kind: 'ConfigMap', ...MAP }));
  });
  listening.listen(0, '127.0.0.1');
  await once(listening, 'listening');
  onTestFinished(() => {
    listening.closeAllConnections();
    listening.close();
  });
  const address = listening.address();
  if (typeof address !== 'object' || address === null) throw new Error('it has no port');
  return { url: `http://127.0.0.1:${address.port}`, methods };
}

function leadingTo(server: string): string {
  return stringify({
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [{ name: 'c', cluster: { server, 'insecure-skip-tls-verify': true } }],
    users: [{ name: 'u', user: { token: 'a-token' } }],
    contexts: [{ name: 'x', context: { cluster: 'c', user: 'u' } }],
    'current-context': 'x',
  });
}
