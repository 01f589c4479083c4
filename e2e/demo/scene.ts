import type { MemberCluster } from '#test/driver/cluster.ts';
import type { Expectation, PodAddresses } from './expectations.ts';
import type { Answer } from './table.ts';

/** What clients have to find, given what their own member can know. */
export interface Known {
  /** The database's pods by the member in which somebody asks. */
  seen: ReadonlyMap<string, PodAddresses>;
  /** The address of `web` in each member. */
  web: ReadonlyMap<string, string>;
}

/**
 * How the demo's pods are made, replaced and asked: as objects, of which DNS alone can be asked, or as containers
 * that say themselves who they are.
 */
export interface Scene {
  /** Over the columns of the table of answers. */
  readonly headings: readonly [name: string, from: string, over: string, got: string, want: string];
  /** Makes the database with so many replicas, and `web`; resolves when their pods are Ready. */
  create(member: MemberCluster, replicas: number): Promise<void>;
  /** Replaces a pod of the database so that it comes back with another address; resolves when it is Ready. */
  replace(member: MemberCluster, pod: string): Promise<void>;
  expects(known: Known): Expectation[];
  /** Asks every question once, in each member that it is about. */
  ask(wanted: readonly Expectation[]): Promise<Answer[]>;
}
