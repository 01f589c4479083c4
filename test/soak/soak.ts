import { setTimeout as pause } from 'node:timers/promises';
import { seededRandom } from '#test/bench/stats/random.ts';
import { generate } from '#test/histories/generate.ts';
import { play } from '#test/histories/play.ts';
import { leaksIn } from './leaks.ts';
import { LivePrograms } from './programs.ts';
import { type Played, played, Recording } from './recording.ts';
import type { Soaked } from './result.ts';
import { Sampler } from './sampler.ts';
import type { Sample } from './series.ts';
import { unhurried } from './unhurried.ts';

export interface SoakOptions {
  hours: number;
  /** Of the first history; the others follow it. */
  seed: number;
  /** A folder for everything that is measured. */
  out: string;
}

/** Agents that are processes wait as long as users' agents do before they try again. */
const DEADLINE_MS = 300_000;
const MINUTE_MS = 60_000;

/**
 * Lets a hub and three members live for some hours, one unhurried history after the other, with their agents as
 * processes that are looked into all the while. Everything measured is in the folder as soon as it is measured.
 */
export async function soak({ hours, seed, out }: SoakOptions, say: (line: string) => void): Promise<Soaked> {
  const recording = new Recording(out, { hours, seed });
  const samples: Sample[] = [];
  const histories: Played[] = [];
  await using live = await LivePrograms.start(say);
  const sampler = new Sampler(live.programs, (sample) => {
    samples.push(sample);
    recording.sample(sample);
  });
  const over = new AbortController();
  const beside = Promise.all([
    sampler.run(over.signal),
    everyMinute(over.signal, (minutes) => say(told(minutes, histories, sampler))),
  ]).finally(() => over.abort());
  // Looked at in the end; whatever failed there ends the histories soon.
  beside.catch(() => undefined);
  const end = performance.now() + hours * 60 * MINUTE_MS;
  const random = seededRandom(seed);
  try {
    for (let next = seed; performance.now() < end && !over.signal.aborted; next++) {
      const verdict = await play(live.rig, unhurried(generate(next, 1), random), {
        deadlineMs: DEADLINE_MS,
        keepLogs: out,
      });
      const history = played(verdict);
      histories.push(history);
      recording.history(history);
      for (const line of history.complaints) say(`seed ${next}: ${line}`);
    }
    await live.rest();
  } finally {
    over.abort();
    await beside;
  }
  await sampler.look();
  const leaks = await leaksIn(live.logs, live.secrets);
  recording.leaks(leaks);
  return { hours, seed, samples, histories, leaks };
}

async function everyMinute(signal: AbortSignal, tell: (minutes: number) => void): Promise<void> {
  for (let minutes = 1; !signal.aborted; minutes++) {
    await pause(MINUTE_MS, undefined, { signal }).catch(() => {});
    if (!signal.aborted) tell(minutes);
  }
}

function told(minutes: number, histories: readonly Played[], { latest, restarts }: Sampler): string {
  const sum = (of: (history: Played) => number) =>
    histories.reduce((total, history) => total + of(history), 0);
  const memory = latest.map(({ program, reading }) => `${program} ${reading.resident.toFixed(0)} MB`);
  return [
    `${minutes} min: ${histories.length} histories`,
    `${histories.filter(({ complaints: of }) => of.length > 0).length} of them wrong`,
    `${sum(({ ops }) => ops)} operations`,
    `${sum(({ faults }) => faults)} faults`,
    `${restarts} restarts; ${memory.join(', ')}`,
  ].join(', ');
}
