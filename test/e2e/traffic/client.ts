import { Resolver } from 'node:dns/promises';
import { connect } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { ASKING, type Lane, type Plan, type Tally } from './plan.ts';

/** Of one request, from its name to the end of its answer. */
const LIMIT_MS = 2_000;
const DNS = { timeout: 500, tries: 3 };
/** Requests of one lane under way at a time. More would fail by their own weight when a stalled machine runs again. */
const AT_ONCE = 25;

// Written by the test that starts this program.
const plan = JSON.parse(process.argv[2] ?? '') as Plan;
const resolver = new Resolver(DNS);
resolver.setServers([plan.dns]);
const lanes = plan.lanes.map((lane) => ({
  lane,
  tally: noneOf(lane),
  running: new Set<Promise<void>>(),
}));
const began = performance.now();

/** Asks whatever is due, at its time or as soon after it as this process runs and has room: none is left out. */
function askDue(): void {
  const due = dueNow();
  for (const { lane, tally, running } of lanes) {
    while (tally.asked < due && running.size < AT_ONCE) {
      tally.asked++;
      const request = ask(lane, tally).finally(() => running.delete(request));
      running.add(request);
    }
  }
}

function noneOf({ name }: Lane): Tally {
  return { lane: name, asked: 0, answers: {}, failures: [] };
}

function dueNow(): number {
  return Math.floor(Math.min((performance.now() - began) / 1_000, plan.maxSeconds) * plan.rate);
}

async function ask({ host, port, answer }: Lane, tally: Tally): Promise<void> {
  const at = Date.now();
  const late = AbortSignal.timeout(LIMIT_MS);
  try {
    const text = await answerOf(host, port, late);
    if (!new RegExp(`^(?:${answer})$`).test(text)) throw new Error(`answered ${JSON.stringify(text)}`);
    tally.answers[text] = (tally.answers[text] ?? 0) + 1;
  } catch (error) {
    tally.failures.push({ at, why: late.aborted ? `no answer in ${LIMIT_MS} ms` : String(error) });
  }
}

/** Resolves the name, opens a connection of its own, and reads what is sent until its end. */
async function answerOf(host: string, port: number, late: AbortSignal): Promise<string> {
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  late.addEventListener('abort', () => reject(late.reason), { once: true });
  const asked = resolver.resolve4(host).then((addresses) => {
    if (late.aborted) return;
    const socket = connect({ host: addresses[0] ?? '', port, signal: late });
    let text = '';
    socket.setEncoding('utf8');
    socket.on('data', (chunk: string) => {
      text += chunk;
    });
    socket.once('end', () => resolve(text.trimEnd()));
    socket.once('error', (error) => reject(new Error(`${addresses}: ${error.message}`, { cause: error })));
  });
  asked.catch(reject);
  return promise;
}

const timer = setInterval(askDue, 1_000 / plan.rate);
const ended = setTimeout(() => void end(), plan.maxSeconds * 1_000);
process.once('SIGTERM', () => void end());

async function end(): Promise<void> {
  clearTimeout(ended);
  const due = dueNow();
  while (lanes.some(({ tally }) => tally.asked < due)) await pause(1_000 / plan.rate);
  clearInterval(timer);
  await Promise.all(lanes.flatMap(({ running }) => [...running]));
  process.stdout.write(`${JSON.stringify(lanes.map(({ tally }) => tally))}\n`);
}

process.stdout.write(`${ASKING}\n`);
