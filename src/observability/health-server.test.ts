import { once } from 'node:events';
import { createServer, request } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { RecordingLog } from '#test/runtime/recording-log.ts';
import { HealthChecks } from './health.ts';
import { HealthServer } from './health-server.ts';
import { LevelSwitch } from './levels.ts';
import { Metrics } from './metrics.ts';

const running: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const stop of running.splice(0)) await stop();
});

async function serve() {
  const checks = new HealthChecks();
  const levels = new LevelSwitch('info');
  const log = new RecordingLog();
  const metrics = new Metrics({ version: '1.2.3', commit: 'abc' });
  const abort = new AbortController();
  const server = new HealthServer({
    listen: { host: '127.0.0.1', port: 0 },
    checks,
    levels,
    log,
    registry: metrics.registry,
    state: () => ({ informers: [] }),
  });
  const run = server.run(abort.signal);
  const stop = () => {
    abort.abort();
    return run;
  };
  running.push(stop);
  const url = await server.url;
  const get = async (path: string, init?: RequestInit) => {
    const response = await fetch(url + path, init);
    return [response.status, await response.text()] as const;
  };
  return { url, get, checks, levels, log, metrics, stop };
}

/** GET with a Host header of the caller's choice, which fetch does not allow. */
function getAs(host: string, url: string): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    request(url, { headers: { host } }, (response) => {
      response.resume();
      resolve(response.statusCode);
    })
      .on('error', reject)
      .end();
  });
}

describe('the health server', () => {
  it('answers the probes', async () => {
    const { get, checks } = await serve();
    checks.addLiveness('event-loop', () => undefined);
    checks.addReadiness('caches', () => 'waiting for services');
    expect(await get('/healthz')).toEqual([200, 'ok\n']);
    expect(await get('/healthz?verbose')).toEqual([200, '[+]event-loop ok\ncheck passed\n']);
    expect(await get('/readyz')).toEqual([
      503,
      '[+]event-loop ok\n[-]caches failed: waiting for services\ncheck failed\n',
    ]);
  });

  it('shows metrics', async () => {
    const { get } = await serve();
    const [status, text] = await get('/metrics');
    expect(status).toBe(200);
    expect(text).toContain(
      `tombolo_build_info{version="1.2.3",commit="abc",node_version="${process.version}"} 1`,
    );
  });

  it('shows its state to callers on the same machine', async () => {
    const { get } = await serve();
    const [status, text] = await get('/debug/state');
    expect([status, JSON.parse(text)]).toEqual([200, { informers: [] }]);
  });

  it('refuses its state to a web page that points its own name at this machine', async () => {
    const { url } = await serve();
    expect(await getAs('evil.example', `${url}/debug/state`)).toBe(403);
    expect(await getAs('evil.example', `${url}/healthz`)).toBe(200);
  });

  it('changes the log level, and refuses what is none', async () => {
    const { get, levels } = await serve();
    expect(await get('/debug/log-level', { method: 'PUT', body: 'debug' })).toEqual([200, 'debug\n']);
    expect(levels.current).toBe('debug');
    const [status, text] = await get('/debug/log-level', { method: 'PUT', body: 'loud' });
    expect([status, text]).toEqual([400, 'the body must be one of debug, info, warn, error\n']);
    expect(levels.current).toBe('debug');
  });

  it('answers nothing else', async () => {
    const { get } = await serve();
    expect((await get('/'))[0]).toBe(404);
    expect((await get('/healthz', { method: 'POST' }))[0]).toBe(405);
  });

  it('ends with its signal though callers keep their connections, one in the middle of a request', async () => {
    const { get, stop, url } = await serve();
    await get('/healthz');
    const slow = connect({ host: '127.0.0.1', port: Number(new URL(url).port) });
    slow.write('GET /healthz HTTP/1.1\r\n');
    await once(slow, 'ready');
    await get('/healthz');
    await stop();
    await expect(fetch(url)).rejects.toThrow();
    slow.destroy();
  });

  it('fails with a reason when the address is taken', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => other.once('listening', resolve));
    const { port } = other.address() as AddressInfo;
    const server = new HealthServer({
      listen: { host: '127.0.0.1', port },
      checks: new HealthChecks(),
      levels: new LevelSwitch('info'),
      log: new RecordingLog(),
      registry: new Metrics({ version: '', commit: '' }).registry,
      state: () => ({}),
    });
    await expect(server.run(new AbortController().signal)).rejects.toThrow(`EADDRINUSE`);
    other.close();
  });
});
