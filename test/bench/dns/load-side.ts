import { createSocket } from 'node:dgram';
import { encode } from 'dns-packet';
import { type Channel, runProgram } from '../rig/program-side.ts';

export interface LoadConfig {
  /** On 127.0.0.1. */
  port: number;
  /** Questions under way at once. */
  concurrency: number;
}

/** Asks for the addresses of these names in turn, as fast as answers come, for so long. */
export interface Ask {
  type: 'ask';
  names: readonly string[];
  /** Records that every answer must have. */
  records: number;
  ms: number;
}

export interface Asked {
  type: 'asked';
  answers: number;
  ms: number;
}

/** Nothing is lost on the loopback; whoever waits longer waits for ever. */
const LOST_AFTER_MS = 2_000;
const [ID, FLAGS, ANSWER_COUNT] = [0, 2, 6] as const;
const RCODE_BITS = 0x0f;

/** One question on the wire as a stub resolver sends it; its id is filled in when it is sent. */
function question(name: string): Buffer {
  return encode({ type: 'query', id: 0, flags: 0x0100, questions: [{ type: 'A', name }] });
}

/** A fixed number of questions under way at once over one socket; each answer lets the next one go. */
async function load(config: LoadConfig, channel: Channel<Asked>): Promise<(order: Ask) => void> {
  const socket = createSocket('udp4');
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  socket.once('error', reject);
  socket.connect(config.port, '127.0.0.1', resolve);
  await promise;
  socket.on('error', (error) => channel.fail(error));
  let onAnswer: (answer: Buffer) => void = () => {};
  socket.on('message', (answer) => onAnswer(answer));

  return ({ names, records, ms }) => {
    const questions = names.map(question);
    const began = performance.now();
    const end = began + ms;
    const free = Array.from({ length: config.concurrency }, (_, id) => id);
    let [answers, underway, next] = [0, 0, 0];
    const lost = setTimeout(
      () => channel.fail(new Error(`${underway} questions without an answer`)),
      ms + LOST_AFTER_MS,
    );
    const send = (id: number) => {
      const packet = Buffer.from(questions[next++ % questions.length] ?? Buffer.alloc(0));
      packet.writeUInt16BE(id, ID);
      underway++;
      socket.send(packet);
    };
    onAnswer = (answer) => {
      const [rcode, count] = [answer.readUInt16BE(FLAGS) & RCODE_BITS, answer.readUInt16BE(ANSWER_COUNT)];
      if (rcode !== 0 || count !== records) {
        return channel.fail(
          new Error(`an answer with code ${rcode} and ${count} records instead of ${records}`),
        );
      }
      underway--;
      const now = performance.now();
      if (now < end) {
        answers++;
        return send(answer.readUInt16BE(ID));
      }
      if (underway > 0) return;
      clearTimeout(lost);
      channel.send({ type: 'asked', answers, ms });
    };
    for (const id of free) send(id);
  };
}

runProgram(load);
