import { leases } from '#apis/kubernetes/lease.ts';
import type { AuditEntry } from '#test/clusters/audit.ts';
import { until } from '#test/clusters/machine/until.ts';
import { agentUserOnHub } from '#test/driver/requests.ts';
import type { HerdFigures, Loss, Stampede } from './figures.ts';
import { herdingIn } from './requests.ts';
import { Herd, SLICES_OF_A_SERVICE, WATCHED_KINDS } from './rig.ts';

export interface HerdOptions {
  /** How many agents there are, smallest first. */
  agents: readonly number[];
  /** Services on the hub, of 25 slices each. */
  services: number;
  /** How often each kind of loss happens to each herd. */
  rounds: number;
}

/** Nothing more is asked when nothing was for so long. */
const QUIET_MS = 5_000;
/** Reading the audit log is work. */
const SLOWLY = { timeoutMs: 600_000, everyMs: 1_000 };

/** Starts everything, measures, and stops everything. `say` takes progress, line by line. */
export async function runHerd(
  { agents, services, rounds }: HerdOptions,
  say: (line: string) => void,
): Promise<HerdFigures> {
  await using stack = new AsyncDisposableStack();
  say(`a hub with ${services} Services of ten members`);
  const herd = await Herd.open(services, stack);
  const stampedes: Stampede[] = [];
  for (const size of agents) {
    say(`starting agents until there are ${size}`);
    const since = await herd.set.hub.audit.mark();
    await herd.grow(size);
    await herd.alive(until('agents have settled', () => quiet(herd, since), SLOWLY));
    for (const loss of ['cut', 'restart'] as const) {
      for (let round = 1; round <= rounds; round++) {
        const stampede = await herd.alive(lose(herd, loss));
        say(told(stampede));
        stampedes.push(stampede);
      }
    }
  }
  return { kinds: WATCHED_KINDS, slices: services * SLICES_OF_A_SERVICE, stampedes };
}

/** Takes the hub away from all agents at once, and tells what they asked until all of them watch it again. */
export async function lose(herd: Herd, loss: Loss): Promise<Stampede> {
  const { audit } = herd.set.hub;
  const since = await audit.mark();
  // A server that shuts down still answers: what counts begins when it is gone.
  const lost = loss === 'cut' ? Date.now() : await herd.restart();
  if (loss === 'cut') herd.cut();
  const back = Date.now();
  const after = (all: readonly AuditEntry[]) => all.filter(({ at }) => at >= lost);
  const watching = async () => {
    const entries = after(await audit.entries({ since }));
    return herd.ids.every((id) => kindsWatched(entries, id) === WATCHED_KINDS) && entries;
  };
  await until('every agent watches everything again', watching, SLOWLY);
  const settled = after(await until('nobody asks for anything any more', () => quiet(herd, since), SLOWLY));
  const last = settled.reduce(
    (latest, { verb, at }) => (verb === 'watch' ? Math.max(latest, at) : latest),
    0,
  );
  return {
    agents: herd.size,
    loss,
    resumedMs: last - back,
    openWatches: await herd.watches(),
    ...herdingIn(settled, herd.ids),
  };
}

function kindsWatched(entries: readonly AuditEntry[], id: string): number {
  const user = agentUserOnHub(id);
  const begun = entries.filter(
    (entry) => entry.user === user && entry.verb === 'watch' && entry.code === 200,
  );
  return new Set(begun.map(({ resource }) => resource)).size;
}

/** All entries, once no agent has asked for anything for a while, but for the renewal of its Lease. */
async function quiet(herd: Herd, since: number): Promise<AuditEntry[] | undefined> {
  const entries = await herd.set.hub.audit.entries({ since });
  const users = new Set(herd.ids.map(agentUserOnHub));
  const asked = entries.filter(({ user, resource }) => users.has(user) && resource !== leases.plural);
  const last = asked.reduce((latest, { stageAt }) => Math.max(latest, stageAt), 0);
  return Date.now() - last > QUIET_MS ? entries : undefined;
}

function told({
  agents,
  loss,
  lists,
  questions,
  mostListsAtOnce,
  watches,
  openWatches,
  resumedMs,
  others,
}: Stampede) {
  const asked = `${lists} lists, ${mostListsAtOnce} at once, ${questions} questions, ${watches} watches begun, ${openWatches} open`;
  return `${agents} agents, ${loss}: ${asked}, resumed after ${(resumedMs / 1_000).toFixed(1)} s; ${JSON.stringify(others)}`;
}
