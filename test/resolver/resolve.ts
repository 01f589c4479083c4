import { createSocket } from 'node:dgram';
import { connect, isIPv6 } from 'node:net';
import { type Answer, decode, encode, type OptAnswer, type Packet } from 'dns-packet';

export type RecordType = 'A' | 'AAAA' | 'PTR' | 'SRV' | 'TXT';

export interface Question {
  /** An address of either family. */
  server: string;
  port: number;
  name: string;
  type: RecordType;
  protocol: 'udp' | 'tcp';
  /** Whether it says how much it takes over UDP (EDNS0); without, no more than 512 bytes come. It does unless told. */
  edns?: boolean;
  /** Of the one try there is; 2 s unless told. */
  timeoutMs?: number;
}

/** What the server said. Records read like a zone file's right-hand side and are sorted. */
export interface Reply {
  /** `NOERROR`, `NXDOMAIN`, `SERVFAIL`, … */
  rcode: string;
  /** Of the asked type: `198.18.1.7`, or `priority weight port target` for SRV. */
  answers: string[];
  /** Of the additional section: `name TYPE data`. */
  additionals: string[];
  /** The answer did not fit: ask again over TCP. */
  truncated: boolean;
}

const TIMEOUT_MS = 2_000;
/** Fits every network; CoreDNS answers larger sets truncated. */
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
const HEADER_BYTES = 2;

/**
 * Asks one server one question, once: no search list, no retry, no fall-back to TCP.
 *
 * @throws Error naming the question when no valid answer arrives in time.
 */
export async function ask(question: Question): Promise<Reply> {
  const id = Math.floor(Math.random() * 0x1_0000);
  const query = encode({
    type: 'query',
    id,
    flags: 0,
    questions: [{ type: question.type, name: question.name }],
    additionals: question.edns === false ? [] : [EDNS],
  });
  try {
    const packet = await (question.protocol === 'udp' ? askUdp : askTcp)(question, query);
    if (packet.id !== id) throw new Error('the answer is to another question');
    return replyOf(packet, question.type);
  } catch (error) {
    const { name, type, protocol, server, port } = question;
    const why = error instanceof Error ? error.message : String(error);
    throw new Error(`ask ${server}:${port} over ${protocol} for ${type} ${name}: ${why}`, { cause: error });
  }
}

function askUdp({ server, port, timeoutMs = TIMEOUT_MS }: Question, query: Buffer): Promise<Packet> {
  const socket = createSocket(isIPv6(server) ? 'udp6' : 'udp4');
  const { promise, resolve, reject } = Promise.withResolvers<Packet>();
  const timer = setTimeout(() => reject(new Error(`no answer in ${timeoutMs} ms`)), timeoutMs);
  socket.once('error', reject);
  socket.once('message', (message) => settle(() => decode(message), resolve, reject));
  // Connected: a closed port is an error at once, and nobody else's datagram is taken for the answer.
  socket.connect(port, server, () => socket.send(query));
  return promise.finally(() => {
    clearTimeout(timer);
    socket.close();
  });
}

function askTcp({ server, port, timeoutMs = TIMEOUT_MS }: Question, query: Buffer): Promise<Packet> {
  const socket = connect(port, server);
  const { promise, resolve, reject } = Promise.withResolvers<Packet>();
  const timer = setTimeout(() => reject(new Error(`no answer in ${timeoutMs} ms`)), timeoutMs);
  const length = Buffer.alloc(HEADER_BYTES);
  length.writeUInt16BE(query.length);
  socket.once('connect', () => socket.end(Buffer.concat([length, query])));
  let received = Buffer.alloc(0);
  socket.on('data', (chunk) => {
    received = Buffer.concat([received, chunk]);
    if (received.length < HEADER_BYTES) return;
    const message = received.subarray(HEADER_BYTES);
    if (message.length >= received.readUInt16BE(0)) settle(() => decode(message), resolve, reject);
  });
  socket.once('error', reject);
  socket.once('close', () => reject(new Error('the connection closed before the answer was whole')));
  return promise.finally(() => {
    clearTimeout(timer);
    socket.destroy();
  });
}

function settle<T>(make: () => T, resolve: (value: T) => void, reject: (error: unknown) => void): void {
  try {
    resolve(make());
  } catch (error) {
    reject(error);
  }
}

function replyOf(packet: Packet, type: RecordType): Reply {
  const records = packet.answers ?? [];
  const additionals = (packet.additionals ?? []).filter((record) => record.type !== 'OPT');
  return {
    // dns-packet sets the name of the code on decoded packets; its types leave it out.
    rcode: 'rcode' in packet ? String(packet.rcode) : '?',
    answers: records
      .filter((record) => record.type === type)
      .map(dataOf)
      .sort(),
    additionals: additionals.map((record) => `${record.name} ${record.type} ${dataOf(record)}`).sort(),
    truncated: 'flag_tc' in packet && packet.flag_tc === true,
  };
}

function dataOf(record: Answer): string {
  switch (record.type) {
    case 'A':
    case 'AAAA':
    case 'PTR':
      return record.data;
    case 'SRV': {
      const { priority = 0, weight = 0, port, target } = record.data;
      return `${priority} ${weight} ${port} ${target}`;
    }
    case 'TXT':
      return [record.data].flat().map(String).join('');
    default:
      return JSON.stringify('data' in record ? record.data : '');
  }
}
