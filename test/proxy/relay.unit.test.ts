import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { Relay } from './relay.ts';

const BYTES = Buffer.from(Array.from({ length: 20_000 }, (_, n) => n % 251));
/** Timers may fire a little before their time as another clock has it. */
const SLACK_MS = 5;

/** Sends everything back. */
const echo = createServer((socket) => socket.pipe(socket));
let relay: Relay;
beforeEach(async () => {
  echo.listen(0, '127.0.0.1');
  await once(echo, 'listening');
  relay = new Relay((echo.address() as AddressInfo).port);
  await relay.listen();
});
afterEach(async () => {
  await relay.close();
  echo.close();
});

test('a byte takes the delay each way, and as many share the width as there are', async () => {
  relay.shape({ delayMs: 40, bytesPerSecond: 200_000 });
  const began = performance.now();
  const replies = await Promise.all([sent(BYTES), sent(BYTES)]);
  expect(replies.map((reply) => reply.equals(BYTES))).toEqual([true, true]);
  // Both of them enter the link within a fifth of a second; the last byte of them travels there and back.
  expect(performance.now() - began).toBeGreaterThan(200 + 2 * 40 - SLACK_MS);
});

test('what is sent when the shape has ended overtakes nothing', async () => {
  const client = connect(relay.port, '127.0.0.1');
  await once(client, 'connect');
  relay.shape({ delayMs: 60, bytesPerSecond: 1_000_000 });
  client.write('first');
  await arrivedAtRelay(client);
  relay.shape(undefined);
  client.write('second');
  expect((await received(client, 'firstsecond'.length)).toString()).toBe('firstsecond');
});

test('without a shape nothing is held up', async () => {
  expect((await sent(BYTES)).equals(BYTES)).toBe(true);
});

test('what a client breaks in a black hole is told to the other side when the way is open again', async () => {
  const accepted: Socket[] = [];
  echo.on('connection', (socket) => accepted.push(socket));
  const client = connect(relay.port, '127.0.0.1');
  client.write('one');
  await once(client, 'data');
  const [inner] = accepted;
  if (inner === undefined) throw new Error('the relay has connected');
  inner.on('error', () => {});
  const closed = once(inner, 'close');
  await relay.mode('blackhole');
  client.resetAndDestroy();
  await until(() => relay.open === 0);
  expect(inner.destroyed).toBe(false);
  await relay.mode('pass');
  await closed;
});

async function until(is: () => boolean): Promise<void> {
  while (!is()) await new Promise(setImmediate);
}

async function sent(bytes: Buffer): Promise<Buffer> {
  const client = connect(relay.port, '127.0.0.1');
  client.write(bytes);
  return received(client, bytes.length);
}

async function received(client: Socket, bytes: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let left = bytes;
  for await (const chunk of client as AsyncIterable<Buffer>) {
    chunks.push(chunk);
    left -= chunk.length;
    if (left <= 0) break;
  }
  return Buffer.concat(chunks);
}

/** Resolves when the client's bytes have left it; a turn later they are in the relay. */
async function arrivedAtRelay(client: Socket): Promise<void> {
  while (client.bytesWritten === 0 || client.writableLength > 0) await new Promise(setImmediate);
  await new Promise((resolve) => setTimeout(resolve, 20));
}
