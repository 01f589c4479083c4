import type { Family } from './driver/families.ts';
import type { Member } from './driver/member.ts';

/** What one spec plays on: the members, and a namespace of its own in each of them. */
export interface Stage {
  /** Two of the members; specs say which one exports what. */
  east: Member;
  west: Member;
  /** All of them: an import is the same everywhere. */
  all: readonly Member[];
  namespace: string;
  /** The families that every member has. */
  families: readonly Family[];
  /** Does the same with every member at the same time. */
  everywhere(what: (member: Member) => Promise<unknown>): Promise<void>;
  /**
   * Resolves when what those members did before has reached everybody: a marker is exported behind it and seen.
   * For "nothing happened".
   */
  settled(...members: readonly Member[]): Promise<void>;
  /** What the suite can do where it started the clusters itself. Throws on clusters of somebody else. */
  operator: Operator;
}

/** Whoever runs the agents of the set. */
export interface Operator {
  /** Restarts the agent of a member. */
  restartsAgent(id: string): Promise<void>;
  /** Ends the agent of a member for a while, and has the set miss it as soon as it may. */
  losesAgent(id: string): Promise<void>;
  /** Starts it again. */
  findsAgent(id: string): Promise<void>;
  /** Takes a member out of the set for good: its agent ends, and the hub is told. */
  removesMember(id: string): Promise<void>;
}
