import type { Script } from './script.ts';

/** What became of one history. */
export interface WorldVerdict {
  seed: number;
  /** Its position in the round. */
  history: number;
  /** In what the members still differed from the oracle when the time was over; empty: in nothing. */
  divergences: string[];
  /** What went against an invariant on the way; deletions for which there was no reason apart. */
  violations: string[];
  spuriousDeletes: string[];
}

/** What became of one round. */
export interface Verdict {
  script: Script;
  histories: WorldVerdict[];
  ops: number;
  faults: number;
  /** From the first step to the last look, and of it the time after everything was healed. */
  tookMs: number;
  healedMs: number;
}

/** Those of its histories that failed. */
export function failed({ histories }: Pick<Verdict, 'histories'>): WorldVerdict[] {
  return histories.filter(
    ({ divergences, violations, spuriousDeletes }) =>
      divergences.length + violations.length + spuriousDeletes.length > 0,
  );
}

/** Everything that is wrong, one line each. */
export function complaints({ histories }: Pick<Verdict, 'histories'>): string[] {
  return histories.flatMap(({ seed, divergences, violations, spuriousDeletes }) => [
    ...spuriousDeletes.map((line) => `seed ${seed}: spurious delete: ${line}`),
    ...violations.map((line) => `seed ${seed}: violation: ${line}`),
    ...divergences.map((line) => `seed ${seed}: divergence: ${line}`),
  ]);
}
