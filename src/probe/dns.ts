import { randomInt } from 'node:crypto';
import { createSocket } from 'node:dgram';
import { connect, isIPv6 } from 'node:net';
import { type Answer, decode, encode, type OptAnswer, type Packet } from 'dns-packet';
import { faultOf } from './fault.ts';
import type { ProbeClock } from './run.ts';
import type { DnsAnswer, DnsQuestion } from './spec.ts';

/** Fits every network; larger answers come truncated. */
const UDP_PAYLOAD = 1_232;
const EDNS: OptAnswer = {
  type: 'OPT',
  name: '.',
  udpPayloadSize: UDP_PAYLOAD,
  extendedRcode: 0,
  ednsVersion: 0,
  flags: 0,
  flag_do: false,
  options: [],
};
const LENGTH_BYTES = 2;

/** Asks one server one question, once: no search list, and no second try over TCP for a truncated answer. */
export async function probeDns(
  question: DnsQuestion,
  timeoutMs: number,
  clock: ProbeClock,
): Promise<DnsAnswer> {
  const { server, transport } = question;
  const started = clock.monotonic();
  const id = randomInt(0x1_0000);
  const query = encode({
    type: 'query',
    id,
    flags: 0,
    questions: [{ type: question.type, name: question.name }],
    additionals: [EDNS],
  });
  const signal = AbortSignal.timeout(timeoutMs);
  try {
    const reply = await (transport === 'udp' ? overUdp : overTcp)(question, query, id, signal);
    return { server, transport, ...read(reply, question), latencyMs: clock.monotonic() - started };
  } catch (error) {
    const fault = signal.aborted ? `no answer within ${timeoutMs} ms` : faultOf(Object(error));
    return {
      server,
      transport,
      ok: false,
      answers: [],
      latencyMs: clock.monotonic() - started,
      error: fault,
    };
  }
}

function read(reply: Packet, { type }: DnsQuestion): Omit<DnsAnswer, 'server' | 'transport'> {
  const { rcode = 'NOERROR', flag_tc: truncated }: Packet & { rcode?: string; flag_tc?: boolean } = reply;
  const answers = (reply.answers ?? []).flatMap((answer) => dataOf(answer, type)).sort();
  return { ok: rcode === 'NOERROR' && truncated !== true, rcode, answers, ...(truncated && { truncated }) };
}

function dataOf(answer: Answer, type: DnsQuestion['type']): string[] {
  if (answer.type !== type) return [];
  if (answer.type === 'SRV') {
    const { priority, weight, port, target } = answer.data;
    return [`${priority} ${weight} ${port} ${target}`];
  }
  return answer.type === 'A' || answer.type === 'AAAA' ? [answer.data] : [];
}

/** Undefined for what is no reply to the question of this id: a late one, or somebody else's. */
function replyIn(bytes: Uint8Array, id: number): Packet | undefined {
  try {
    const reply = decode(Buffer.from(bytes));
    return reply.id === id && reply.type === 'response' ? reply : undefined;
  } catch {
    return undefined;
  }
}

function overUdp(
  { server, port }: DnsQuestion,
  query: Buffer,
  id: number,
  signal: AbortSignal,
): Promise<Packet> {
  const { promise, resolve, reject } = Promise.withResolvers<Packet>();
  const socket = createSocket(isIPv6(server) ? 'udp6' : 'udp4');
  socket.on('message', (bytes) => {
    const reply = replyIn(bytes, id);
    if (reply !== undefined) resolve(reply);
  });
  socket.on('error', reject);
  signal.addEventListener('abort', () => reject(signal.reason), { once: true });
  // Connected, so that a closed port is told by the system instead of by silence.
  socket.connect(port, server, () => socket.send(query));
  return promise.finally(() => socket.close());
}

function overTcp(
  { server, port }: DnsQuestion,
  query: Buffer,
  id: number,
  signal: AbortSignal,
): Promise<Packet> {
  const { promise, resolve, reject } = Promise.withResolvers<Packet>();
  const socket = connect({ host: server, port });
  let received = Buffer.alloc(0);
  socket.on('connect', () => {
    const length = Buffer.alloc(LENGTH_BYTES);
    length.writeUInt16BE(query.length);
    socket.write(Buffer.concat([length, query]));
  });
  socket.on('data', (chunk) => {
    received = Buffer.concat([received, chunk]);
    if (received.length < LENGTH_BYTES) return;
    const end = LENGTH_BYTES + received.readUInt16BE(0);
    if (received.length < end) return;
    const reply = replyIn(received.subarray(LENGTH_BYTES, end), id);
    if (reply === undefined) reject(new Error('what came back is no answer'));
    else resolve(reply);
  });
  socket.on('error', reject);
  socket.on('close', () => reject(new Error('the connection was closed before an answer came')));
  signal.addEventListener('abort', () => reject(signal.reason), { once: true });
  return promise.finally(() => socket.destroy());
}
