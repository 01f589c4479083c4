import { hostname } from 'node:os';
import type { KubeClient } from '#src/kube/client.ts';
import { leaseStore } from '#src/kube/lease-store.ts';
import type { Logger } from '#src/observability/logger.ts';
import type { Clock } from '../clock.ts';
import { Elector } from './elector.ts';
import { whileLeading } from './while-leading.ts';

export interface CandidateDeps {
  /** Of the API server where the Lease is. */
  client: KubeClient;
  /** The Lease that the replicas of one program contend for. */
  lease: { namespace: string; name: string };
  clock: Clock;
  random: () => number;
  log: Logger;
}

/** What a program needs in order to be one of several replicas. */
export interface Candidate {
  elector: Elector;
  /** The same client, which writes only while this process leads. */
  guarded(client: KubeClient): KubeClient;
}

/** Makes this process a candidate. `identity`: who it is across restarts; made up where there is none. */
export function newCandidate(identity: string | undefined, deps: CandidateDeps): Candidate {
  const { client, lease, random } = deps;
  const elector = new Elector({
    ...deps,
    store: leaseStore(client, lease),
    holder: identity ?? processIdentity(random),
  });
  return { elector, guarded: (other) => whileLeading(other, elector) };
}

/** Unlike any other process's, now or before. */
export function processIdentity(random: () => number): string {
  return `${hostname()}-${process.pid}-${Math.floor(random() * 2 ** 32).toString(36)}`;
}
