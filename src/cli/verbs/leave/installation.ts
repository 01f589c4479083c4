import { configMaps } from '#apis/kubernetes/config-map.ts';
import { leases } from '#apis/kubernetes/lease.ts';
import { type INamespace, namespaces } from '#apis/kubernetes/namespace.ts';
import { secrets } from '#apis/kubernetes/secret.ts';
import type { KubeObject, Resource } from '#apis/meta.ts';
import { STATE_LEASE_NAME } from '#controllers/membership/state.ts';
import { memberDeployment } from '#src/install/deployment.ts';
import { PART_OF } from '#src/install/manifest.ts';
import { manifestResource, manifestTitle } from '#src/install/manifest-path.ts';
import { HUB_SECRET, MEMBER_ACCOUNT, memberManifests } from '#src/install/member.ts';
import { HUB_CONFIG_MAP } from '#src/install/member-hub-access.ts';
import { orAbsent } from '#src/kube/or-absent.ts';
import type { Target } from '../../clusters/targets.ts';
import { say } from '../../output/print.ts';
import { othersIn } from './namespace-content.ts';
import { type Doing, remove } from './removing.ts';

/**
 * Removes what `join` has installed, but for the CRDs: others may use them, and the users' ServiceExports go with
 * them. Ours is what has one of our names and the label that `join` gives it. The credentials go last, since a
 * repeated attempt needs them as long as there is anything to withdraw.
 */
export async function removeInstallation(target: Target, doing: Doing): Promise<void> {
  const { namespace } = target;
  const manifests = [
    memberDeployment({ clusterId: '', namespace }),
    ...memberManifests({ agentNamespace: namespace }).filter(({ kind }) => kind !== namespaces.kind),
  ];
  // Bindings before what they bind.
  const ordered = [...manifests].sort((a, b) => Number(isBinding(b)) - Number(isBinding(a)));
  for (const manifest of ordered) {
    await removeIfOurs(target, manifestResource(manifest), manifest.metadata, manifestTitle(manifest), doing);
  }
  // Written by the agent under names that are its own.
  for (const name of [`${MEMBER_ACCOUNT}-leader`, STATE_LEASE_NAME]) {
    const lease = await orAbsent(
      target.client.get(leases, { namespace, name }, { timeoutMs: target.timeoutMs }),
    );
    if (lease !== undefined) await remove(target, leases, lease, { isOurs: () => true, ...doing });
  }
  await removeIfOurs(target, secrets, { namespace, name: HUB_SECRET }, `Secret ${HUB_SECRET}`, doing);
  await removeIfOurs(
    target,
    configMaps,
    { namespace, name: HUB_CONFIG_MAP },
    `ConfigMap ${HUB_CONFIG_MAP}`,
    doing,
  );
  await removeNamespace(target, doing);
}

function isBinding({ kind }: KubeObject): boolean {
  return kind?.endsWith('Binding') ?? false;
}

async function removeIfOurs<T extends KubeObject>(
  target: Target,
  resource: Resource<T>,
  key: { namespace?: string; name: string },
  title: string,
  doing: Doing,
): Promise<void> {
  const { client, timeoutMs } = target;
  const found = await orAbsent(client.get(resource, key, { timeoutMs }));
  if (found === undefined) return;
  if (!isOurs(found)) return say(`${title} stays: it does not have our label, so somebody else has made it`);
  await remove(target, resource, found, { isOurs, ...doing });
}

function isOurs({ metadata: { labels = {} } }: KubeObject): boolean {
  const byHelm = labels['app.kubernetes.io/managed-by'] === 'Helm';
  return !byHelm && Object.entries(PART_OF).every(([label, value]) => labels[label] === value);
}

/** With a namespace all that is in it goes: it is ours by its label, and empty by a look at every kind there is. */
async function removeNamespace(target: Target, doing: Doing): Promise<void> {
  const { client, namespace: name, timeoutMs } = target;
  const found: INamespace | undefined = await orAbsent(client.get(namespaces, { name }, { timeoutMs }));
  if (found === undefined || found.metadata.deletionTimestamp !== undefined) return;
  if (!isOurs(found))
    return say(`namespace ${name} stays: it does not have our label, so somebody else has made it`);
  const others = await othersIn(target);
  if (others.length > 0) {
    const more = others.length > 3 ? ` and ${others.length - 3} more` : '';
    return say(`namespace ${name} stays: it holds ${others.slice(0, 3).join(', ')}${more}`);
  }
  await remove(target, namespaces, found, { isOurs, ...doing });
}
