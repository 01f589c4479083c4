import { setTimeout as pause } from 'node:timers/promises';
import { exportedEndpointSlices, exportedSliceName } from '#apis/hub/exported-endpoint-slice.ts';
import { memberReports, REPORT_NAME } from '#apis/hub/member-report.ts';
import { endpointSlices } from '#apis/kubernetes/endpoint-slice.ts';
import { sliceHash } from '#controllers/endpoints/names.ts';
import { AgentProcess } from '#test/driver/agent-process.ts';
import { endpoint, headless, slice } from '#test/driver/builders.ts';
import { admitMember } from '#test/driver/install.ts';
import { TestSet } from '#test/driver/set.ts';
import { WatchedSlices } from '#test/driver/watched-slices.ts';
import { StolenCredential } from '#test/threats/credential.ts';
import { publishes, report } from '#test/threats/records.ts';
import { type FloodFigures, type FloodSamples, floodFigures } from './figures.ts';

const NS = 'prod';
const EVIL = 'evil';
/** Services of the flooding exporter, all of them imported. */
const SERVICES = 40;
/** Changes in a row before the other condition has its turn: a busy machine must not favour one. */
const BLOCK = 10;
/** Writes that the flooding exporter has under way at once. */
const FLOODERS = 2;
const SPACING_MS = 50;

/** Measures one exporter's changes, with and without a flood of another's, in turns, on one set of clusters. */
export async function runFlood(changes: number, say: (line: string) => void): Promise<FloodFigures> {
  const set = await TestSet.openWithoutAgents({ members: ['zzzc', 'shbt'] });
  try {
    for (const member of set.members) await member.namespace(NS);
    set.startHub();
    await Promise.all(set.members.map(({ id }) => AgentProcess.member(set, id)));
    const evil = await StolenCredential.in(await admitMember(set.clusters.hub, EVIL));
    try {
      return await measured(set, evil, changes, say);
    } finally {
      evil.close();
    }
  } finally {
    await set.close();
  }
}

async function measured(
  set: TestSet,
  evil: StolenCredential,
  changes: number,
  say: (line: string) => void,
): Promise<FloodFigures> {
  const names = Array.from({ length: SERVICES }, (_, n) => `flood-${n}`);
  const named = names.map((name) => `${NS}.${name}`);
  await evil.creates(memberReports, EVIL, REPORT_NAME, report(await set.hubAdmin.clusterSetUID(), named));
  for (const name of names) await publishes(evil, EVIL, [NS, name], ['198.18.6.6'], { type: 'Headless' });
  const [zzzc, shbt] = [set.member('zzzc'), set.member('shbt')];
  await zzzc.service(headless(NS, 'db'));
  await zzzc.slice(slice(NS, 'db', 'a', [endpoint('198.18.1.7')]));
  await zzzc.exports(NS, 'db');
  for (const name of names) await shbt.awaitAddresses(NS, name, EVIL, ['198.18.6.6']);
  const seen = await WatchedSlices.open(shbt, NS, 'db');
  await seen.awaitAddress('198.18.1.7');
  const flood = new Flood(evil, names);
  const samples: FloodSamples = { quiet: [], flooded: [], floodChanges: 0, floodMs: 0 };
  let n = 0;
  const change = async (): Promise<number> => {
    const address = `198.18.${64 + (n >> 8)}.${n++ & 255}`;
    const present = await zzzc.client.get(endpointSlices, { namespace: NS, name: 'db-a' });
    const began = performance.now();
    await zzzc.client.update(endpointSlices, { ...present, endpoints: [endpoint(address)] });
    await seen.awaitAddress(address);
    const took = performance.now() - began;
    await pause(SPACING_MS);
    return took;
  };
  // Compiled, connected and cached, before anything counts.
  for (let warm = 0; warm < 2 * BLOCK; warm++) await change();
  while (samples.flooded.length < changes) {
    for (let k = 0; k < BLOCK; k++) samples.quiet.push(await change());
    const began = performance.now();
    const ended = flood.runs();
    for (let k = 0; k < BLOCK; k++) samples.flooded.push(await change());
    samples.floodChanges += await ended();
    samples.floodMs += performance.now() - began;
    if (samples.flooded.length % (5 * BLOCK) === 0) say(`${samples.flooded.length} of ${changes} changes`);
  }
  await seen.close();
  return floodFigures(samples);
}

/** Changes the slices of its Services in turn, as fast as the hub takes them. */
class Flood {
  readonly #evil: StolenCredential;
  readonly #names: readonly string[];
  #changes = 0;

  constructor(evil: StolenCredential, names: readonly string[]) {
    this.#evil = evil;
    this.#names = names;
  }

  /** Begins; the function that it returns ends it, and resolves with the number of changes made since. */
  runs(): () => Promise<number> {
    const before = this.#changes;
    let running = true;
    const flooders = Array.from({ length: FLOODERS }, async (_, which) => {
      for (let n = which; running; n += FLOODERS) await this.#change(n);
    });
    return async () => {
      running = false;
      await Promise.all(flooders);
      return this.#changes - before;
    };
  }

  async #change(n: number): Promise<void> {
    const name = exportedSliceName(NS, this.#names[n % this.#names.length] ?? '', sliceHash('a'));
    const { status } = await this.#evil.changes(exportedEndpointSlices, EVIL, name, (present) => ({
      ...present,
      spec: { ...Object(present['spec']), endpoints: [`198.18.${128 + ((n >> 8) & 63)}.${n & 255} RSt`] },
    }));
    if (status === 200) this.#changes++;
  }
}
