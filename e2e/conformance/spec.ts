import type { KepReference } from './kep.ts';
import type { Stage } from './stage.ts';

/**
 * `required`: the KEP says that it is so, or must be. `optional`: the KEP recommends it, leaves it to the
 * implementation, or the API's own comments say it.
 */
export type Level = 'required' | 'optional';

interface Statement {
  /** `<chapter>.<what>`; it stays the same as long as the requirement does. */
  id: string;
  /** The requirement in one line. */
  says: string;
  kep: KepReference;
  level: Level;
}

/** One requirement and how it is tried. */
export interface TriedSpec extends Statement {
  /** What not all clusters have; where it is missing the spec is skipped for that reason. */
  needs?: Need;
  /** Runs when all others have ended, since it leaves another set behind. */
  last?: boolean;
  /** Rejects where the requirement is not met, and says what was seen instead. */
  run(stage: Stage): Promise<void>;
}

/** A requirement that Tombolo does not meet yet: it counts as skipped, and the reason is shown. */
export interface OpenSpec extends Statement {
  open: string;
}

export type Spec = TriedSpec | OpenSpec;

/**
 * `two families`: every cluster has IPv4 and IPv6. `our clusters`: the suite has started them, each with one node in a
 * zone of its own, and it may stop the agents.
 */
export type Need = 'two families' | 'our clusters';

/** Specs on one subject, as the KEP groups them. */
export interface Chapter {
  title: string;
  specs: readonly Spec[];
}
