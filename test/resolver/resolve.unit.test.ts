import { createSocket, type Socket } from 'node:dgram';
import { createServer, type Server } from 'node:net';
import { type Answer, decode, encode, type Packet } from 'dns-packet';
import { afterEach, describe, expect, it } from 'vitest';
import { ask } from './resolve.ts';

const ANSWERS: Answer[] = [
  { type: 'A', name: 'db.test', data: '198.18.2.1' },
  { type: 'A', name: 'db.test', data: '198.18.1.9' },
  { type: 'SRV', name: 'db.test', data: { priority: 0, weight: 50, port: 80, target: 'db-0.db.test' } },
];
const ADDITIONALS: Answer[] = [{ type: 'A', name: 'db-0.db.test', data: '198.18.1.9' }];
/** In a DNS header's flags. */
const [RESPONSE_NXDOMAIN, TRUNCATED] = [3, 0x0200];

describe('ask', () => {
  const open: (Socket | Server)[] = [];
  afterEach(() => {
    for (const server of open.splice(0)) server.close();
  });

  async function udpServer(reply: (query: Packet) => Buffer | undefined): Promise<number> {
    const socket = createSocket('udp4');
    open.push(socket);
    socket.on('message', (message, from) => {
      const answer = reply(decode(message));
      if (answer !== undefined) socket.send(answer, from.port, from.address);
    });
    await new Promise<void>((resolve) => socket.bind(0, '127.0.0.1', resolve));
    return socket.address().port;
  }

  /** Sends each piece of the answer as a segment of its own. */
  async function tcpServer(pieces: (query: Packet) => Buffer[]): Promise<number> {
    const server = createServer((socket) => {
      socket.setNoDelay(true);
      socket.once('data', async (message) => {
        for (const piece of pieces(decode(message.subarray(2)))) {
          await new Promise((resolve) => socket.write(piece, resolve));
        }
        socket.end();
      });
    });
    open.push(server);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = server.address();
    if (address === null || typeof address === 'string') throw new Error('no port');
    return address.port;
  }

  function response(query: Packet, flags = 0, answers = ANSWERS): Buffer {
    const { id = 0, questions = [] } = query;
    return encode({ type: 'response', id, flags, questions, answers, additionals: ADDITIONALS });
  }

  const question = { server: '127.0.0.1', name: 'db.test', timeoutMs: 2_000 };

  it('gives the answers of the asked type, sorted, over UDP', async () => {
    const port = await udpServer((query) => response(query));
    expect(await ask({ ...question, port, type: 'A', protocol: 'udp' })).toEqual({
      rcode: 'NOERROR',
      answers: ['198.18.1.9', '198.18.2.1'],
      additionals: ['db-0.db.test A 198.18.1.9'],
      truncated: false,
    });
  });

  it('puts an answer together that comes in pieces over TCP', async () => {
    const port = await tcpServer((query) => {
      const message = response(query);
      const length = Buffer.from([message.length >> 8, message.length & 0xff]);
      return [length.subarray(0, 1), length.subarray(1), message.subarray(0, 20), message.subarray(20)];
    });
    const reply = await ask({ ...question, port, type: 'SRV', protocol: 'tcp' });
    expect(reply.answers).toEqual(['0 50 80 db-0.db.test']);
  });

  it('tells a name that does not exist from one without such records', async () => {
    const missing = await udpServer((query) => response(query, RESPONSE_NXDOMAIN, []));
    const empty = await udpServer((query) => response(query, 0, []));
    expect((await ask({ ...question, port: missing, type: 'A', protocol: 'udp' })).rcode).toBe('NXDOMAIN');
    expect((await ask({ ...question, port: empty, type: 'AAAA', protocol: 'udp' })).rcode).toBe('NOERROR');
  });

  it('says when the answer did not fit', async () => {
    const port = await udpServer((query) => response(query, TRUNCATED, []));
    expect((await ask({ ...question, port, type: 'A', protocol: 'udp' })).truncated).toBe(true);
  });

  it('refuses the answer to another question', async () => {
    const port = await udpServer((query) => response({ ...query, id: ((query.id ?? 0) + 1) % 0x1_0000 }));
    await expect(ask({ ...question, port, type: 'A', protocol: 'udp' })).rejects.toThrow('another question');
  });

  it('names the question when no answer comes', async () => {
    const port = await udpServer(() => undefined);
    await expect(ask({ ...question, port, type: 'A', protocol: 'udp', timeoutMs: 50 })).rejects.toThrow(
      `ask 127.0.0.1:${port} over udp for A db.test: no answer in 50 ms`,
    );
  });

  it('fails at once where nobody listens', async () => {
    const port = await udpServer(() => undefined);
    for (const server of open.splice(0)) server.close();
    await expect(ask({ ...question, port, type: 'A', protocol: 'tcp' })).rejects.toThrow('ECONNREFUSED');
    await expect(ask({ ...question, port, type: 'A', protocol: 'udp' })).rejects.toThrow('ECONNREFUSED');
  });

  it('fails when the connection ends before the answer is whole', async () => {
    const port = await tcpServer((query) => [Buffer.from([0, 200]), response(query).subarray(0, 10)]);
    await expect(ask({ ...question, port, type: 'A', protocol: 'tcp' })).rejects.toThrow('closed before');
  });

  it('fails on an answer that is none', async () => {
    const port = await udpServer(() => Buffer.from('hello'));
    await expect(ask({ ...question, port, type: 'A', protocol: 'udp' })).rejects.toThrow(
      'over udp for A db.test',
    );
  });
});
