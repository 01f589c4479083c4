import { type ISecret, secrets } from '#apis/kubernetes/secret.ts';
import { memberCrds } from '#src/install/crds.ts';
import { memberDeployment } from '#src/install/deployment.ts';
import { type Manifest, PART_OF } from '#src/install/manifest.ts';
import { HUB_SECRET, memberManifests } from '#src/install/member.ts';
import { INVITATION_ANNOTATION, memberHubAccess } from '#src/install/member-hub-access.ts';
import { isAlreadyExists, isNotFound } from '#src/kube/errors.ts';
import type { Target } from '../../clusters/targets.ts';
import { Exit } from '../../exit.ts';
import { type Applied, applyManifests } from '../../installing/apply.ts';
import type { JoinOptions } from '../../join-options.ts';
import { renderObject } from '../../output/document.ts';
import { print, say } from '../../output/print.ts';
import type { ReadCluster } from './cluster.ts';
import type { Joining } from './join.ts';

/** What stands for the token where nobody is to read it. */
const NOT_SHOWN = '<token>';

/** All that a cluster has of us once it is a member. */
export function installation({ bundle, options, target }: Omit<Joining, 'clock'>, token: string): Manifest[] {
  const { clusterId, hub, invitation } = bundle;
  const { namespace } = target;
  const access = memberHubAccess({
    clusterId,
    server: hub.server,
    caPem: Buffer.from(hub.certificateAuthorityData, 'base64').toString('utf8'),
    token,
    clusterSetUID: hub.clusterSetUID,
    invitation,
    namespace,
  });
  return [
    ...memberCrds(),
    ...memberManifests({ agentNamespace: namespace }),
    ...access,
    memberDeployment({ clusterId, namespace, image: options.image }),
  ];
}

/** Without the Namespace where it is somebody else's: then it must not look like ours when the cluster leaves. */
export function adopts(manifests: readonly Manifest[], { namespace }: ReadCluster): Manifest[] {
  const foreign =
    namespace !== undefined &&
    Object.entries(PART_OF).some(([label, value]) => namespace.metadata.labels?.[label] !== value);
  return foreign ? manifests.filter(({ kind }) => kind !== 'Namespace') : [...manifests];
}

/** Makes the Secret be as it was before: gone, or what it said then. */
export type Undo = () => Promise<void>;

/**
 * Writes the Secret, and the namespace that it lies in. A create and an update, not an apply: the agent writes
 * renewed tokens there, and two attempts at once must not mix. Throws an Exit where another attempt was quicker.
 */
export async function writeSecret(
  { target, options }: Joining,
  manifests: readonly Manifest[],
  cluster: ReadCluster,
): Promise<Undo> {
  const { client, namespace, timeoutMs } = target;
  await applyManifests(
    target,
    adopts(manifests, cluster).filter(({ kind }) => kind === 'Namespace'),
    { onApplied: sayApplied(options) },
  );
  const secret: ISecret | undefined = manifests.find(({ kind }) => kind === secrets.kind);
  if (secret === undefined) throw new TypeError('an installation without a Secret');
  const before = cluster.secret;
  if (before !== undefined) {
    const metadata = {
      ...before.metadata,
      labels: { ...before.metadata.labels, ...secret.metadata.labels },
      annotations: { ...before.metadata.annotations, ...secret.metadata.annotations },
    };
    // Fenced by the version that was read.
    const after = await client.update(
      secrets,
      { ...before, metadata, data: { ...before.data, ...secret.data } },
      { timeoutMs },
    );
    await tell(options, `secret/${HUB_SECRET} configured`);
    const { resourceVersion = '' } = after;
    const restored = { ...before, metadata: { ...before.metadata, resourceVersion } };
    return async () => void (await client.update(secrets, restored, { timeoutMs }));
  }
  try {
    const { uid = '' } = await client.create(secrets, secret, { timeoutMs });
    await tell(options, `secret/${HUB_SECRET} created`);
    return () => takeAway(target, uid);
  } catch (error) {
    if (!isAlreadyExists(error)) throw error;
    const { context } = target;
    const other = await client.get(secrets, { namespace, name: HUB_SECRET }, { timeoutMs });
    const same =
      other.metadata.annotations?.[INVITATION_ANNOTATION] ===
      secret.metadata.annotations?.[INVITATION_ANNOTATION];
    const line = `${context}: somebody else has written the Secret ${namespace}/${HUB_SECRET} in this moment`;
    throw new Exit(1, [same ? `${line}, by the same bundle: run this again` : line], { cause: error });
  }
}

/** Ours by its UID: the API server gave it to us when it made the Secret. */
async function takeAway({ client, namespace, timeoutMs }: Target, uid: string): Promise<void> {
  try {
    await client.delete(secrets, { namespace, name: HUB_SECRET }, { uid }, { timeoutMs });
  } catch (error) {
    if (!isNotFound(error)) throw error;
  }
}

/** Applies all but the Secret, which has been written and is the agent's from now on. */
export async function writeInstallation(
  { target, options }: Joining,
  manifests: readonly Manifest[],
): Promise<void> {
  await applyManifests(
    target,
    manifests.filter(({ kind }) => kind !== secrets.kind),
    { onApplied: sayApplied(options) },
  );
}

/** Standard output is for the manifests where somebody pipes them on. */
async function tell({ output }: JoinOptions, line: string): Promise<void> {
  if (output === undefined) await print(`${line}\n`);
  else say(line);
}

function sayApplied(options: JoinOptions): (one: Applied) => Promise<void> {
  return async ({ manifest: { kind, metadata }, outcome, why }) => {
    await tell(options, `${kind.toLowerCase()}/${metadata.name} ${outcome}`);
    if (why !== undefined) say(`${metadata.name}: ${why}`);
  };
}

/** Prints the manifests, or what would become of them; never a token. */
export async function showManifests(joining: Joining, cluster: ReadCluster): Promise<void> {
  const { options, target } = joining;
  const manifests = adopts(installation(joining, NOT_SHOWN), cluster);
  const { output, dryRun } = options;
  if (output !== undefined) {
    for (const manifest of manifests) {
      await print(await renderObject(manifest, output));
    }
    return;
  }
  const how = dryRun === 'server' ? ' (server dry run)' : ' (dry run)';
  const onApplied = ({ manifest: { kind, metadata }, outcome }: Applied) =>
    print(`${kind.toLowerCase()}/${metadata.name} ${outcome}${how}\n`);
  await applyManifests(target, manifests, { dryRun, onApplied });
}
