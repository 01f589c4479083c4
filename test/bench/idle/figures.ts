import type { RequestCounts } from '#test/driver/requests.ts';
import type { WholeSet } from '#test/driver/requests-of-all.ts';
import type { SortedWrites } from '#test/driver/store-writes.ts';
import type { Chapter, Figure } from '../report/chapter.ts';

/** What happened while nothing was to be done. */
export interface Silence {
  seconds: number;
  /** Members that have an agent and a cluster; the others' Leases are renewed by the benchmark. */
  realMembers: number;
  members: number;
  slices: number;
  leaseIntervalSeconds: number;
  /** What the stores have committed: the hub's, and each real member's. */
  hub: SortedWrites;
  clusters: readonly SortedWrites[];
  requests: WholeSet;
}

export interface IdleFigures {
  seconds: number;
  members: number;
  realMembers: number;
  slices: number;
  /** Renewals of one Lease: of the one that was renewed least, and of the one renewed most. */
  renewals: { least: number; most: number };
  /** As often as a Lease can be renewed in that time. */
  renewalsAtMost: number;
  /** Leases that are renewed: one of each member on the hub, one of each real agent at home. */
  leases: number;
  /** All other writes, as etcd’s keys, but for those of the API servers on their own account. */
  otherWrites: { hub: readonly string[]; clusters: readonly string[] };
  serverWrites: number;
  /** How often the watch of one kind by one agent was opened again: most. */
  reopened: number;
  /** GETs and LISTs of objects by agents. */
  reads: number;
  /** What else agents asked, by place. */
  besides: RequestCounts;
}

const MOST_REOPENED = 2;

/** Condenses it. */
export function idleFigures(silence: Silence): IdleFigures {
  const { seconds, members, realMembers, slices, leaseIntervalSeconds, hub, clusters, requests } = silence;
  const renewals = [hub, ...clusters].flatMap((store) => Object.values(store.renewals));
  const asked = Object.entries(requests).flatMap(([place, counts]) =>
    Object.entries(counts).map(([request, times]) => ({ place, request, times })),
  );
  const watches = asked.filter(({ request }) => request.startsWith('watch '));
  const reads = asked.filter(({ request }) => /^(get|list) [^/]/.test(request));
  return {
    seconds,
    members,
    realMembers,
    slices,
    renewals: { least: Math.min(...renewals), most: Math.max(...renewals) },
    renewalsAtMost: Math.floor(seconds / leaseIntervalSeconds) + 1,
    leases: renewals.length,
    otherWrites: { hub: hub.others, clusters: clusters.flatMap(({ others }) => others) },
    serverWrites: [hub, ...clusters].reduce((sum, { ofTheServer }) => sum + ofTheServer.length, 0),
    reopened: Math.max(0, ...watches.map(({ times }) => times)),
    reads: reads.reduce((sum, { times }) => sum + times, 0),
    besides: Object.fromEntries(
      asked
        .filter((one) => !watches.includes(one) && !reads.includes(one))
        .map(({ place, request, times }) => [`${place}: ${request}`, times]),
    ),
  };
}

/** The figures as a person reads them. */
export function renderIdle(found: IdleFigures): string {
  const { renewals, otherWrites } = found;
  const others = [...otherWrites.hub.map((key) => `hub: ${key}`), ...otherWrites.clusters];
  return [
    `${found.seconds.toFixed(0)} s of silence, ${found.members} members (${found.realMembers} of them real), ${found.slices} slices`,
    `renewals of each of ${found.leases} Leases: ${renewals.least}-${renewals.most}, ${found.renewalsAtMost} at most`,
    `other writes: ${otherWrites.hub.length} on the hub, ${otherWrites.clusters.length} in members`,
    ...others.map((key) => `  ${key}`),
    `a watch was opened again ${found.reopened} times at most`,
    `GET and LIST of objects: ${found.reads}`,
    ...Object.entries(found.besides).map(([request, times]) => `besides: ${request}: ${times}`),
    `API servers on their own account: ${found.serverWrites} writes`,
  ].join('\n');
}

/** All of them are exact. */
export function idleCounts(found: IdleFigures): Figure[] {
  const { renewals, otherWrites } = found;
  return [
    {
      what: `renewals of a Lease in ${minutesOf(found)} min`,
      measured:
        renewals.least === renewals.most ? String(renewals.most) : `${renewals.least}-${renewals.most}`,
      target: `≤ ${found.renewalsAtMost}`,
      met: renewals.most <= found.renewalsAtMost,
    },
    {
      what: 'other writes on the hub',
      measured: String(otherWrites.hub.length),
      target: '0',
      met: otherWrites.hub.length === 0,
    },
    {
      what: 'other writes in the members',
      measured: String(otherWrites.clusters.length),
      target: '0',
      met: otherWrites.clusters.length === 0,
    },
    {
      what: 'times that a watch was opened again, most',
      measured: String(found.reopened),
      target: `≤ ${MOST_REOPENED}`,
      met: found.reopened <= MOST_REOPENED,
    },
  ];
}

/** B6: what a set costs in which nothing happens. */
export function idleChapter(found: IdleFigures): Chapter {
  const { renewals, otherWrites } = found;
  const minutes = minutesOf(found);
  return {
    id: 'B6',
    name: 'idle',
    title: 'Silence',
    conditions: [
      `${minutes} min, ${found.members} members, ${found.slices} slices; ${found.realMembers} members are real agents on API servers of their own, of the others the records and the renewals of their Leases are written by the benchmark.`,
      `Writes are read from etcd itself, so that none is hidden; ${found.serverWrites} of the API servers on their own account (their Leases, the mark of a compaction) are left out.`,
    ],
    figures: [...idleCounts(found), { what: 'GET and LIST of objects', measured: String(found.reads) }],
    plots: [
      {
        kind: 'bars',
        y: `writes on the hub in ${minutes} min, by a member`,
        bars: [
          { name: 'renewals', value: renewals.most, limit: found.renewalsAtMost },
          { name: 'all else', value: otherWrites.hub.length / found.members, limit: 0 },
        ],
      },
    ],
  };
}

const minutesOf = ({ seconds }: IdleFigures) => Math.round(seconds / 60);
