import type { Milliseconds } from '#src/runtime/clock.ts';

/** What was locally observed of one member's Lease. Times are monotonic and of this process alone. */
export interface Observed {
  cluster: string;
  /** From when on its silence counts: its last change that was seen, or the begin of the watching, if that is later. */
  silentSince: Milliseconds;
  /** When it was last seen to change, or first seen at all, whatever became of the watch since. */
  seen: Milliseconds;
  /** How often it was seen to change: 0 says that it has only been listed. */
  changes: number;
  /** How long the Lease itself says that it lives: a shorter silence is no more than a late renewal. */
  lateAfter: Milliseconds;
  /** The status of Reachable that stands on the Member. */
  stated: 'True' | 'False' | 'Unknown' | undefined;
  /** It has reported since it was called unreachable: nobody withholds its endpoints, whatever stands. */
  reported: boolean;
}

/** What the judge must remember of a member that it did not find alive, from one look to the next. */
export interface Doubt {
  /** How often its Lease had changed by then: one more is life. */
  changes: number;
  /** When it was last held back by the panic rule; undefined: never. */
  held: Milliseconds | undefined;
  /** From when on its silence counted when it was found dead; undefined: it was not, or not by this process. */
  died?: Milliseconds;
}

export interface JudgeInput {
  /**
   * Until when the watch is proven to have brought every change; undefined: it is not proven live, and nothing that
   * was not seen means anything.
   */
  proven: Milliseconds | undefined;
  /** 0: nobody is ever judged. */
  grace: Milliseconds;
  /** Every member that belongs to a cluster and has a Lease. */
  observed: readonly Observed[];
  doubts: ReadonlyMap<string, Doubt>;
}

/**
 * `alive`: its Lease was renewed. `dead`: it was not for the grace time. `held`: the same, and with it so many others
 * that nobody is withdrawn. `lifted`: nobody is judged any more. `same`: whatever stands, stands.
 */
export type Verdict =
  | { is: 'alive' | 'dead' | 'lifted' | 'same' }
  | { is: 'held'; together: string[]; of: number };

export interface Judgement {
  verdicts: ReadonlyMap<string, Verdict>;
  doubts: ReadonlyMap<string, Doubt>;
}

const SAME: Verdict = { is: 'same' };

/**
 * Judges who is reachable (DESIGN.md 4, guarantee 3). Pure: by what was seen, how long it was watched for, and what
 * was said before. A wrong `dead` takes a member's endpoints out of every cluster at once, so every doubt is the
 * member's benefit: silence counts only while the watch is proven live, and only from when on it is; a withdrawal of
 * one among many that look dead is not made, nor within a grace time after that.
 */
export function judge(input: JudgeInput): Judgement {
  const verdicts = new Map<string, Verdict>();
  const doubts = new Map<string, Doubt>();
  for (const member of input.observed) {
    const { verdict, doubt } = judgeOne(input, member);
    verdicts.set(member.cluster, verdict);
    if (doubt !== undefined) doubts.set(member.cluster, doubt);
  }
  return { verdicts, doubts };
}

function judgeOne(input: JudgeInput, member: Observed): { verdict: Verdict; doubt?: Doubt } {
  const { proven } = input;
  const before = input.doubts.get(member.cluster);
  const { changes, stated } = member;
  // WARNING: not what was seen before somebody called it unreachable. A process that has just taken over has seen
  // the member's last renewals, too.
  const doubt = before ?? { changes: stated === undefined ? 0 : changes, held: undefined };
  if (stated === 'True' ? before !== undefined && changes > before.changes : changes > doubt.changes) {
    // Remembered until it is stated: a write that fails must not take another renewal.
    return stated === 'True' ? { verdict: { is: 'alive' } } : { verdict: { is: 'alive' }, doubt };
  }
  if (input.grace === 0) return { verdict: stated === 'False' ? { is: 'lifted' } : SAME, doubt };
  // A member that renews less often than the set has patience for is not dead in between.
  const grace = Math.max(input.grace, member.lateAfter);
  // An earlier withdrawal stands until the member is heard of.
  if (isWithdrawn(member)) return { verdict: SAME, doubt };
  if (proven === undefined || proven - member.silentSince < grace) {
    return stated === 'True' ? { verdict: SAME } : { verdict: SAME, doubt };
  }
  const together = fallenSilentWith(input, member, proven);
  if (together.length >= 2 && 3 * together.length >= input.observed.length) {
    const verdict = { is: 'held' as const, together, of: input.observed.length };
    return { verdict, doubt: { changes, held: proven } };
  }
  // Whoever is heard of first when a network is back leaves the others alone, who may be a moment behind.
  if (doubt.held !== undefined && proven - doubt.held < grace) return { verdict: SAME, doubt };
  return { verdict: { is: 'dead' }, doubt: { changes, held: undefined, died: member.silentSince } };
}

function isWithdrawn({ stated, reported }: Observed): boolean {
  return stated === 'False' && !reported;
}

/**
 * All members that fell silent within one grace time of this one, it among them, sorted: those whose silence is more
 * than a late renewal, though it may not have lasted for the grace time yet, and those that were withdrawn for it
 * just now. Members that were away before this process saw them alive are no news.
 */
function fallenSilentWith(
  { observed, grace, doubts }: JudgeInput,
  one: Observed,
  proven: Milliseconds,
): string[] {
  const since = (other: Observed): Milliseconds | undefined => {
    const { silentSince, lateAfter } = other;
    if (!isWithdrawn(other))
      return proven - silentSince >= Math.min(lateAfter, grace) ? silentSince : undefined;
    return doubts.get(other.cluster)?.died ?? (other.changes > 0 ? other.seen : undefined);
  };
  return observed
    .filter((other) => Math.abs((since(other) ?? Number.NEGATIVE_INFINITY) - one.silentSince) < grace)
    .map(({ cluster }) => cluster)
    .sort();
}
