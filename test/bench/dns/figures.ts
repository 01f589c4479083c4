import { median, quantile } from '../stats/quantile.ts';
import type { Random } from '../stats/random.ts';
import { quantileRatio, type Ratio } from '../stats/ratio.ts';
import { KINDS, type Kind } from './content.ts';
import type { Seen } from './sight.ts';

/** `again` asks for the names of `own` once more: what the two differ by is noise. */
export const ASK_LANES = ['set', 'own', 'again'] as const;
export type AskLane = (typeof ASK_LANES)[number];

/** Some seconds of questions. */
export interface Window {
  kind: Kind;
  lane: AskLane;
  round: number;
  answers: number;
  ms: number;
  /** Processor time of CoreDNS. */
  serverMs: number;
}

/** Changes as they were seen: of the set in A, in B and in an answer; of the own in B and in an answer. */
export interface Sightings {
  set: Seen[];
  /** `began`: when the write was sent. */
  own: (Seen & { began: number })[];
}

export interface DnsSamples {
  services: number;
  concurrency: number;
  sightings: Sightings;
  windows: readonly Window[];
}

/** One kind of name. */
export interface KindFigures {
  kind: Kind;
  /** Windows of each lane. */
  n: number;
  /** Answers a second: of names of the set over those of the cluster’s own. */
  rate: Ratio;
  /** The own beside itself. */
  noiseFloor: Ratio;
  /** Processor time of CoreDNS for an answer, the same way. */
  processor: number;
  setPerSecond: number;
  ownPerSecond: number;
}

/** What `--json` prints. */
export interface DnsFigures {
  services: number;
  concurrency: number;
  /** Changes seen on each lane. */
  changes: number;
  /** From a slice that B shows until it is in an answer. */
  answerMs: Record<'setP50' | 'setP99' | 'ownP50' | 'ownP99', number>;
  /** That of the set over that of the own, medians. */
  besideOwn: Ratio;
  /** From a write in B until a bare watch shows it, median. */
  eventMs: number;
  /** That of the set over one such event, medians. */
  events: Ratio;
  /** A’s slice until it is in an answer of B, over A’s slice until it is in B: medians. */
  added: Ratio;
  kinds: KindFigures[];
  /** Of one processor, that CoreDNS was busy while it was asked. */
  busy: number;
}

/** `random` drives the bootstrap only. */
export function dnsFigures(samples: DnsSamples, random: Random): DnsFigures {
  const { services, concurrency, sightings, windows } = samples;
  const answer = ({ at, answeredAt }: Seen) => answeredAt - (at.at(-1) ?? Number.NaN);
  const set = sightings.set.map(answer);
  const own = sightings.own.map(answer);
  const events = sightings.own.map(({ at, began }) => (at[0] ?? Number.NaN) - began);
  const toB = sightings.set.map(({ at: [a = Number.NaN, b = Number.NaN] }) => b - a);
  const toAnswer = sightings.set.map(({ at: [a = Number.NaN], answeredAt }) => answeredAt - a);
  const ratio = (of: readonly number[], base: readonly number[]) =>
    rounded(quantileRatio(of, base, 0.5, random));
  const serverMs = windows.reduce((sum, one) => sum + one.serverMs, 0);
  return {
    services,
    concurrency,
    changes: set.length,
    answerMs: {
      setP50: round(median(set)),
      setP99: round(quantile(set, 0.99)),
      ownP50: round(median(own)),
      ownP99: round(quantile(own, 0.99)),
    },
    besideOwn: ratio(set, own),
    eventMs: round(median(events)),
    events: ratio(set, events),
    added: ratio(toAnswer, toB),
    kinds: KINDS.map((kind) =>
      ofKind(
        kind,
        windows.filter((one) => one.kind === kind),
        random,
      ),
    ),
    busy: round(serverMs / windows.reduce((sum, { ms }) => sum + ms, 0)),
  };
}

function ofKind(kind: Kind, windows: readonly Window[], random: Random): KindFigures {
  const of = (lane: AskLane) => windows.filter((one) => one.lane === lane);
  const rates = (lane: AskLane) => of(lane).map(({ answers, ms }) => (1_000 * answers) / ms);
  const perAnswer = (lane: AskLane) => median(of(lane).map(({ serverMs, answers }) => serverMs / answers));
  return {
    kind,
    n: of('set').length,
    rate: rounded(quantileRatio(rates('set'), rates('own'), 0.5, random)),
    noiseFloor: rounded(quantileRatio(rates('again'), rates('own'), 0.5, random)),
    processor: round(perAnswer('set') / perAnswer('own')),
    setPerSecond: Math.round(median(rates('set'))),
    ownPerSecond: Math.round(median(rates('own'))),
  };
}

const round = (value: number) => Math.round(value * 1_000) / 1_000;
const rounded = ({ value, low, high }: Ratio): Ratio => ({
  value: round(value),
  low: round(low),
  high: round(high),
});
