import type { Random } from '#test/bench/stats/random.ts';
import { isFault, type MemberId, type Script, type Step } from '#test/histories/script.ts';

/** Whose agent is never started again: what grows slowly shows only in a process that lasts. */
export const LASTING: MemberId = 'zzzc';

/** From one step to the next; a fault lasts six steps at the most, which is far below a member's grace time. */
const PAUSE_MS = { least: 500, most: 4_000 };
/** Of the ends of programs that a history has, so many stay. */
const RESTARTS_KEPT = 0.3;

/**
 * A history at the pace of a quiet day: the same operations and faults with seconds in between, fewer programs that
 * end, and never the hub's controller or the agent that lasts.
 */
export function unhurried({ seed, steps }: Script, random: Random): Script {
  const kept = steps.filter((step) => !endsProgram(step) || (mayEnd(step) && random() < RESTARTS_KEPT));
  const pauseMs = () => Math.round(PAUSE_MS.least + random() * (PAUSE_MS.most - PAUSE_MS.least));
  return { seed, steps: kept.map((step) => ({ ...step, pauseMs: pauseMs() })) };
}

function endsProgram(step: Step): boolean {
  return isFault(step) && ['kill', 'stop', 'no hub controller'].includes(step.fault);
}

function mayEnd(step: Step): boolean {
  return 'at' in step && step.at !== LASTING;
}
