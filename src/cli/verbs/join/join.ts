import { readFileSync } from 'node:fs';
import { text } from 'node:stream/consumers';
import { ConfigError } from '#src/config/error.ts';
import { type JoinBundle, readJoinBundle } from '#src/install/join-bundle.ts';
import { AGENT_NAMESPACE } from '#src/install/member.ts';
import type { KubeClient } from '#src/kube/client.ts';
import type { Clock } from '#src/runtime/clock.ts';
import { systemClock } from '#src/runtime/system-clock.ts';
import { sameClusters, shellWord } from '../../cluster-options.ts';
import { milliseconds, openTargets, type Target } from '../../clusters/targets.ts';
import { Exit } from '../../exit.ts';
import { type JoinOptions, ONE_AT_A_TIME } from '../../join-options.ts';
import { say } from '../../output/print.ts';
import { type ReadCluster, readCluster } from './cluster.ts';
import { heldInFiles, MANIFESTS_FILE, SECRET_FILE, writeFiles } from './files.ts';
import { awaitHealth } from './health.ts';
import { exchange, hubOf, isKnown, missingOnHub, readHub, useUp } from './hub.ts';
import { adopts, installation, showManifests, writeInstallation, writeSecret } from './install.ts';
import { checkRights } from './rights.ts';
import { lookFromCluster, lookFromHere } from './sight.ts';
import { isExchanged, judgeCluster, judgeHub } from './verdict.ts';

/** One attempt to join. */
export interface Joining {
  bundle: JoinBundle;
  options: JoinOptions;
  target: Target;
  clock: Clock;
}

/**
 * Makes a cluster a member of the set that the bundle is of. Everything is looked at before anything is written, and
 * an Exit says what is in the way. Broken off at any point and run again with the same bundle, it goes on from there.
 */
export async function join(options: JoinOptions, program: string): Promise<void> {
  if (options.context.length > 1) throw new ConfigError([ONE_AT_A_TIME]);
  const bundle = await readBundle(options);
  const clock = systemClock();
  const targets = openTargets({ ...options, namespace: options.namespace ?? AGENT_NAMESPACE }, clock);
  try {
    const [target] = targets.members;
    if (target === undefined) throw new ConfigError([ONE_AT_A_TIME]);
    const joining = { bundle, options, target, clock };
    await joinBy(joining);
    say(`next: ${nextCommand(options, program)}${sameClusters(options)}`);
  } finally {
    await targets.close();
  }
}

function nextCommand({ dryRun, bundle, outputDir }: JoinOptions, program: string): string {
  if (dryRun !== undefined) return `${program} join --bundle ${shellWord(bundle)}`;
  if (outputDir === undefined) return `${program} status --wait`;
  const files = [MANIFESTS_FILE, SECRET_FILE].map((file) => `-f ${shellWord(`${outputDir}/${file}`)}`);
  return `kubectl apply --server-side ${files.join(' ')}`;
}

async function readBundle({ bundle: path, clusterId }: JoinOptions): Promise<JoinBundle> {
  const origin = path === '-' ? 'standard input' : path;
  const bundle = readJoinBundle(path === '-' ? await text(process.stdin) : read(path), origin);
  if (clusterId === undefined || clusterId === bundle.clusterId) return bundle;
  throw new ConfigError([
    `${origin} is for the cluster id ${bundle.clusterId}, not for ${clusterId}: have one made for that ` +
      `(tombolo hub invite ${clusterId})`,
  ]);
}

function read(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    throw new ConfigError([
      code === 'ENOENT' ? `there is no file ${path}` : `${path} cannot be read: ${String(code ?? error)}`,
    ]);
  }
}

async function joinBy(joining: Joining): Promise<void> {
  const { bundle, options, target } = joining;
  // 1. Nothing is written: the pod that opens the hub apart.
  await checkRights(joining);
  const cluster = await readCluster(target);
  const { major, minor } = cluster.facts.version;
  const against = judgeCluster(bundle, cluster.facts, options.outputDir === undefined);
  if (against.length > 0) throw refused(target, against);
  say(`ok: ${target.context}: Kubernetes ${major}.${minor}, free to be ${bundle.clusterId}`);
  await lookFromHere(joining);
  // A dry run makes nothing, no pod either.
  if (options.probe && options.dryRun === undefined) await lookFromCluster(joining);
  if (options.dryRun !== undefined) return showManifests(joining, cluster);

  // 2. The member's own token, and what the hub says to it.
  const { token, fresh } = await ownToken(joining, cluster);
  const hub = hubOf(bundle, token, joining.clock);
  try {
    await checkHub(joining, cluster, hub);
    if (options.outputDir !== undefined) await intoFiles(joining, cluster, { hub, token, fresh });
    else await intoCluster(joining, cluster, { hub, token, fresh });
  } finally {
    await hub.close();
  }
}

/** The token of an earlier attempt by this bundle while the hub knows it, or else another one. */
async function ownToken(
  { bundle, options, target, clock }: Joining,
  { facts }: ReadCluster,
): Promise<{ token: string; fresh: boolean }> {
  const { timeoutMs } = target;
  const held = options.outputDir === undefined ? facts.held : heldInFiles(options.outputDir);
  if (isExchanged(bundle, held)) {
    const hub = hubOf(bundle, held.token, clock);
    const known = await isKnown(hub, timeoutMs).finally(() => hub.close());
    if (known) {
      say('ok: the bundle has been exchanged before, its token is good');
      return { token: held.token, fresh: false };
    }
  }
  const life = milliseconds('--token-life', options.tokenLife, { min: '10m', max: '99999h' });
  const hub = hubOf(bundle, bundle.token, clock);
  const token = await exchange(hub, bundle, life, timeoutMs).finally(() => hub.close());
  say('ok: the bundle is exchanged for a token of this member alone');
  return { token, fresh: true };
}

async function checkHub(
  { bundle, options, target }: Joining,
  { facts }: ReadCluster,
  hub: KubeClient,
): Promise<void> {
  const { timeoutMs } = target;
  const missing = await missingOnHub(hub, bundle.clusterId, timeoutMs);
  if (missing.length > 0) throw new Exit(1, [...missing, 'nothing was written']);
  const known = await readHub(hub, bundle, timeoutMs);
  const against = judgeHub(bundle, facts, known, options.takeOver === true);
  if (against !== undefined) throw refused(target, [against]);
  say(`ok: hub ${bundle.hub.server}: it takes this cluster as ${bundle.clusterId}, and the rights suffice`);
}

interface Exchanged {
  hub: KubeClient;
  token: string;
  fresh: boolean;
}

async function intoCluster(joining: Joining, cluster: ReadCluster, { hub, token, fresh }: Exchanged) {
  const { bundle, options, target } = joining;
  const manifests = installation(joining, token);
  // First of all what a second attempt goes on from: the bundle may be used up before anything else is there.
  const undo = fresh ? await writeSecret(joining, manifests, cluster) : undefined;
  const used = await useUp(hub, bundle, target.timeoutMs);
  // An attempt that had come so far would have found its token.
  if (used === 'gone' && undo !== undefined) {
    await undo();
    throw refused(target, [USED_BY_ANOTHER + bundle.clusterId]);
  }
  if (used === 'used') say('ok: the bundle is used up');
  await writeInstallation(joining, adopts(manifests, cluster));
  if (options.output !== undefined) await showManifests(joining, cluster);
  if (options.wait === 'true') await awaitHealth(joining, cluster.facts.uid, hub);
}

async function intoFiles(joining: Joining, cluster: ReadCluster, { hub, token, fresh }: Exchanged) {
  const { bundle, options, target } = joining;
  const files = await writeFiles(joining, adopts(installation(joining, token), cluster), fresh);
  const used = await useUp(hub, bundle, target.timeoutMs);
  if (used === 'gone' && fresh) {
    files.undo();
    throw refused(target, [USED_BY_ANOTHER + bundle.clusterId]);
  }
  say(`the bundle is used up; ${options.outputDir}/${SECRET_FILE} holds the token: nobody else may read it`);
}

const USED_BY_ANOTHER =
  'somebody else has used the bundle up in this moment, or a later one has replaced it: have another one made: ' +
  'tombolo hub invite ';

function refused({ context }: Target, lines: readonly string[]): Exit {
  return new Exit(1, [...lines.map((line) => `${context}: ${line}`), 'nothing was written']);
}
