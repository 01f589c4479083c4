import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { Program } from '#test/clusters/machine/program.ts';
import type { Cluster } from '#test/clusters/provider.ts';
import type { ClusterSet } from '#test/clusters/start.ts';
import { ASKING, type Lane, type Plan, readTallies, type Tally } from './plan.ts';
import { ASKED, DB, NS, PORT, WEB } from './servers.ts';

/** Requests in a second of every client, on each of its lanes. */
export const RATE = 50;
const CLIENT = fileURLToPath(new URL('client.ts', import.meta.url));
const MAX_SECONDS = 240;
const NICE = ['-n', '-10'];
/** For how long everybody asks on, so that what comes late is seen. */
const AFTERMATH_MS = 2_000;
/** They ask so long at least: a slow machine that is stalled for seconds by the start of a pod is so for a part of it. */
const LEAST_MS = 20_000;

/** What the client of one member has seen on one lane while something happened. */
export interface Seen extends Tally {
  readonly from: string;
}

/** What all clients have seen while something happened. */
export interface Witnessed {
  readonly seen: readonly Seen[];
  /** So many requests each client must have made on each lane at least, since it asked all the time. */
  readonly atLeast: number;
  /** For how long they were watched, in milliseconds. */
  readonly ms: number;
}

/**
 * Has a client in every member ask at a steady rate while something happens, and on after it: for the Service of the
 * set, for a pod of the other member by its own name, and, to compare, for the plain Service of its own cluster.
 */
export async function during(set: ClusterSet, happening: () => Promise<void>): Promise<Witnessed> {
  const clients = await Promise.all(set.members.map((member) => startClient(set, member)));
  const began = performance.now();
  await happening();
  await pause(Math.max(AFTERMATH_MS, LEAST_MS - (performance.now() - began)));
  const ms = performance.now() - began;
  const seen = await Promise.all(clients.map(([from, client]) => endClient(from, client)));
  return { seen: seen.flat(), atLeast: Math.floor((ms / 1_000) * RATE), ms };
}

async function startClient(set: ClusterSet, { name: id, node, dns }: Cluster): Promise<[string, Program]> {
  const plan: Plan = {
    dns: `${dns.server}:${dns.port}`,
    rate: RATE,
    maxSeconds: MAX_SECONDS,
    lanes: lanesOf(
      id,
      set.members.map(({ name }) => name),
    ),
  };
  const client = await set.workspace.launch({
    name: `${id}/client-${Math.random().toString(36).slice(2, 8)}`,
    // First on a busy machine: a client that gets no time would blame whom it asks.
    command: 'nice',
    args: [
      ...NICE,
      'nsenter',
      `--net=${node.networkNamespace}`,
      process.execPath,
      CLIENT,
      JSON.stringify(plan),
    ],
  });
  await client.ready(async () => client.output.includes(`${ASKING}\n`));
  return [id, client];
}

async function endClient(from: string, client: Program): Promise<Seen[]> {
  await client.stop();
  if (client.exitCode !== 0)
    throw new Error(`the client of ${from} ended with ${client.exitCode}: ${client.tail()}`);
  return readTallies(client.tail(1)).map((tally) => ({ ...tally, from }));
}

function lanesOf(id: string, members: readonly string[]): Lane[] {
  const other = members.find((member) => member !== id);
  return [
    {
      name: 'clusterset',
      host: `${WEB}.${NS}.svc.clusterset.local.`,
      port: PORT,
      answer: `${WEB}-[-a-z0-9]+\\.(${members.join('|')})`,
    },
    {
      name: 'pod',
      host: `${ASKED}.${other}.${DB}.${NS}.svc.clusterset.local.`,
      port: PORT,
      answer: `${ASKED}\\.${other}`,
    },
    {
      name: 'local',
      host: `${WEB}.${NS}.svc.cluster.local.`,
      port: PORT,
      answer: `${WEB}-[-a-z0-9]+\\.${id}`,
    },
  ];
}
