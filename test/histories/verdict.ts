import type { Script } from './script.ts';

/** What became of one history. */
export interface Verdict {
  script: Script;
  /** In what the members still differed from the oracle when the time was over; empty: in nothing. */
  divergences: string[];
  /** What went against an invariant on the way; deletions for which there was no reason apart. */
  violations: string[];
  spuriousDeletes: string[];
  ops: number;
  faults: number;
  /** From the first step to the last look, and of it the time after everything was healed. */
  tookMs: number;
  healedMs: number;
}

export function failed({ divergences, violations, spuriousDeletes }: Verdict): boolean {
  return divergences.length + violations.length + spuriousDeletes.length > 0;
}

/** Everything that is wrong, one line each. */
export function complaints({ divergences, violations, spuriousDeletes }: Verdict): string[] {
  return [
    ...spuriousDeletes.map((line) => `spurious delete: ${line}`),
    ...violations.map((line) => `violation: ${line}`),
    ...divergences.map((line) => `divergence: ${line}`),
  ];
}
