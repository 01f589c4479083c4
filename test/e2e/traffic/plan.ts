import { z } from 'zod';

/** One thing that a client asks for again and again. */
export interface Lane {
  /** For figures: `clusterset`, `pod`, `local`. */
  readonly name: string;
  /** The name that is resolved for every single request, with its last dot. */
  readonly host: string;
  readonly port: number;
  /** What whoever is right to answer says: a regular expression. */
  readonly answer: string;
}

/** What a client does, from its start to SIGTERM: bounded in rate, count and time. */
export interface Plan {
  /** `address:port` of the cluster's DNS. */
  readonly dns: string;
  /** Requests in a second, of each lane. */
  readonly rate: number;
  /** The end where no SIGTERM comes. */
  readonly maxSeconds: number;
  readonly lanes: readonly Lane[];
}

const Tally = z.object({
  lane: z.string(),
  asked: z.number(),
  /** How often each answer came, by its text. */
  answers: z.record(z.string(), z.number()),
  /** Every request that got no right answer, by when it was asked, in milliseconds since the epoch. */
  failures: z.array(z.object({ at: z.number(), why: z.string() })),
});

/** What became of all requests of one lane. */
export type Tally = z.infer<typeof Tally>;

/** What a client prints as soon as it asks. */
export const ASKING = 'asking';

/** What a client prints last. @throws where it is something else. */
export function readTallies(line: string): Tally[] {
  return z.array(Tally).parse(JSON.parse(line));
}
