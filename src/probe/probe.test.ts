import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { createServer as createHttpsServer } from 'node:https';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { decode, encode, type Packet } from 'dns-packet';
import { describe, expect, it, onTestFinished } from 'vitest';
import { systemClock } from '#src/runtime/system-clock.ts';
import { Authority } from '#test/clusters/control-plane/certs.ts';
import { runProbe } from './run.ts';
import { type ProbeSpec, readProbeSpec } from './spec.ts';

const clock = systemClock();
const probe = (spec: Partial<ProbeSpec>) => runProbe({ timeoutMs: 2_000, ...spec }, { clock });

async function listening(server: Server): Promise<number> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  const { port } = server.address() as AddressInfo;
  return port;
}

async function closedPort(): Promise<number> {
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

describe('https', () => {
  const authority = new Authority('hub');

  function serve(hosts: string[]): Promise<number> {
    const { cert, key } = authority.issue({ user: 'hub', hosts });
    return listening(
      createHttpsServer({ cert, key }, (_request, response) => response.writeHead(401).end('who are you?')),
    );
  }

  it('any status is an answer, and tells the time of the server', async () => {
    const url = `https://127.0.0.1:${await serve(['127.0.0.1'])}/`;
    const { https, now } = await probe({ https: [{ url, ca: authority.cert }] });
    expect(https).toEqual([
      expect.objectContaining({ url, ok: true, status: 401, latencyMs: expect.any(Number) }),
    ]);
    expect(Math.abs(Date.parse(https[0]?.date ?? '') - now)).toBeLessThan(5_000);
  });

  it('a certificate for another name is shown with the names it has (guards against https://github.com/submariner-io/submariner-operator/issues/2261)', async () => {
    const url = `https://127.0.0.1:${await serve(['hub.example', '10.0.0.1'])}/`;
    const { https } = await probe({ https: [{ url, ca: authority.cert }] });
    expect(https[0]).toMatchObject({
      ok: false,
      error: 'the certificate is for another name',
      certificate: { subject: 'hub', issuer: 'hub', altNames: ['hub.example', '10.0.0.1'] },
    });
  });

  it('a certificate of another authority is not trusted', async () => {
    const url = `https://127.0.0.1:${await serve(['127.0.0.1'])}/`;
    const { https } = await probe({ https: [{ url, ca: new Authority('other').cert }] });
    expect(https[0]).toMatchObject({
      ok: false,
      error: 'the certificate comes from another authority than the given one',
    });
  });

  it('nobody listens, and somebody who says nothing', async () => {
    const silent = await listening(createServer(() => {}));
    const urls = [await closedPort(), silent].map((port) => `https://127.0.0.1:${port}/`);
    const { https } = await probe({
      timeoutMs: 300,
      https: urls.map((url) => ({ url, ca: authority.cert })),
    });
    expect(https.map(({ ok, error }) => [ok, error])).toEqual([
      [false, 'connection refused: nobody listens there'],
      [false, 'no answer within 300 ms'],
    ]);
  });
});

describe('dns', () => {
  const NAME = 'db-0.zzzc.db.prod.svc.clusterset.local';
  const TRUNCATED = 0x0200;

  /** A server on one port for both; over UDP its answer does not fit. `rcode` is in the lowest bits of the flags. */
  async function serveDns(rcode = 0): Promise<number> {
    const answer = (bytes: Buffer, flags: number, data?: string): Buffer => {
      const { id = 0, questions = [] } = decode(bytes);
      const reply: Packet = { type: 'response', id, flags: flags | rcode, questions };
      return encode({ ...reply, answers: data ? [{ type: 'A', name: NAME, data, ttl: 5 }] : [] });
    };
    const port = await listening(
      createServer((socket) =>
        socket.on('data', (bytes) => {
          const reply = answer(bytes.subarray(2), 0, '10.1.0.7');
          const length = Buffer.alloc(2);
          length.writeUInt16BE(reply.length);
          // In two pieces, as a network may bring it.
          socket.write(Buffer.concat([length, reply.subarray(0, 5)]));
          setImmediate(() => socket.write(reply.subarray(5)));
        }),
      ),
    );
    const udp = createSocket('udp4');
    udp.on('message', (bytes, { port: from, address }) => {
      // Somebody else's answer comes first.
      const { id = 0 } = decode(bytes);
      udp.send(encode({ type: 'response', id: id ^ 1, answers: [] }), from, address);
      udp.send(answer(bytes, TRUNCATED), from, address);
    });
    udp.bind(port, '127.0.0.1');
    await once(udp, 'listening');
    onTestFinished(() => void udp.close());
    return port;
  }

  it('an answer that is truncated over UDP comes whole over TCP', async () => {
    const question = { server: '127.0.0.1', port: await serveDns(), name: NAME, type: 'A' } as const;
    const { dns } = await probe({
      dns: [
        { ...question, transport: 'udp' },
        { ...question, transport: 'tcp' },
      ],
    });
    expect(dns).toEqual([
      expect.objectContaining({ transport: 'udp', ok: false, truncated: true, answers: [] }),
      expect.objectContaining({ transport: 'tcp', ok: true, rcode: 'NOERROR', answers: ['10.1.0.7'] }),
    ]);
  });

  it('a server that does not know the name says so', async () => {
    const question = { server: '127.0.0.1', port: await serveDns(3), name: NAME, type: 'AAAA' } as const;
    const { dns } = await probe({ dns: [{ ...question, transport: 'tcp' }] });
    expect(dns[0]).toMatchObject({ ok: false, rcode: 'NXDOMAIN', answers: [] });
  });

  it('nobody listens', async () => {
    const question = { server: '127.0.0.1', port: await closedPort(), name: NAME, type: 'A' } as const;
    const { dns } = await probe({
      dns: [
        { ...question, transport: 'udp' },
        { ...question, transport: 'tcp' },
      ],
    });
    const refused = 'connection refused: nobody listens there';
    expect(dns.map(({ ok, error }) => [ok, error])).toEqual([
      [false, refused],
      [false, refused],
    ]);
  });
});

it('a TCP connection is accepted or refused, and closed without a byte', async () => {
  const received: Buffer[] = [];
  const open = await listening(createServer((socket) => socket.on('data', (bytes) => received.push(bytes))));
  const closed = await closedPort();
  const { tcp } = await probe({ tcp: [open, closed].map((port) => ({ host: '127.0.0.1', port })) });
  expect(tcp.map(({ port, ok, error }) => [port, ok, error])).toEqual([
    [open, true, undefined],
    [closed, false, 'connection refused: nobody listens there'],
  ]);
  expect(received).toEqual([]);
});

it('a spec that is none is refused in one line', () => {
  expect(() => readProbeSpec('{"timeoutMs":1000,"tcp":[{"host":"a"}]}')).toThrow(
    /^the probe's spec: tcp\.0\.port: /,
  );
  expect(() => readProbeSpec('{"timeoutMs":1000,"https":[{"url":"http://hub","ca":""}]}')).toThrow(
    /^the probe's spec: https\.0\.url: /,
  );
});
