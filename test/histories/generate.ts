import { seededRandom } from '#test/bench/stats/random.ts';
import { Draw } from './draw.ts';
import { beginning, operationOf } from './operations.ts';
import type { OwnStep, Script, Step } from './script.ts';
import { faultOf, rigOperationOf } from './weather.ts';

/** So many histories are played side by side. */
export const ROUND = 10;

/** How long a history is, in beats. */
const BEATS = { least: 8, most: 26 };
const OPERATION_SHARE = 0.7;
const FAULT_SHARE = 0.5;
const RIG_OPERATION_SHARE = 0.15;
const LONGEST_FAULT_BEATS = 6;
const LONGEST_PAUSE_MS = 40;

/** The first seed of the round that a seed is played in: 1 to 10 are one round, 11 to 20 the next. */
export function roundOf(seed: number): number {
  return seed - ((seed - 1) % ROUND);
}

/** The round that begins with a seed: so many histories, each drawn from its own seed, and faults drawn from the first. */
export function generate(seed: number, histories = ROUND): Script {
  const own = Array.from({ length: histories }, (_, history) => historyOf(seed + history, history)).flat();
  const last = Math.max(...own.map(({ beat }) => beat));
  // Of another stream than the first history, which has the same seed.
  const draw = new Draw(seededRandom(-seed));
  const steps: Step[] = [];
  for (let beat = 0; beat <= last; beat++) {
    const pauseMs = draw.chance(0.5) ? 0 : draw.between(0, LONGEST_PAUSE_MS);
    if (draw.chance(FAULT_SHARE)) {
      const lasts = draw.between(1, LONGEST_FAULT_BEATS);
      steps.push({ beat, pauseMs, ...faultOf(draw, histories), lasts });
    }
    if (draw.chance(RIG_OPERATION_SHARE)) steps.push({ beat, pauseMs, ...rigOperationOf(draw) });
    steps.push(...own.filter((step) => step.beat === beat).map((step) => ({ ...step, pauseMs })));
  }
  return { seed, steps };
}

/** The history of a seed: first something is exported, then anything happens. */
function historyOf(seed: number, history: number): OwnStep[] {
  const draw = new Draw(seededRandom(seed));
  const steps: OwnStep[] = beginning(draw).map((one) => ({ beat: 0, pauseMs: 0, history, ...one }));
  const length = draw.between(BEATS.least, BEATS.most);
  for (let beat = 1; beat <= length; beat++) {
    if (draw.chance(OPERATION_SHARE)) steps.push({ beat, pauseMs: 0, history, ...operationOf(draw) });
  }
  return steps;
}
