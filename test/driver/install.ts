import { CLUSTER_SET_NAME, clusterSets } from '#apis/hub/cluster-set.ts';
import { memberNamespace, members } from '#apis/hub/member.ts';
import { namespaces } from '#apis/kubernetes/namespace.ts';
import { apiVersionOf } from '#apis/meta.ts';
import { HUB_ACCOUNT, HUB_NAMESPACE, hubManifests, hubMemberManifests } from '#src/install/hub.ts';
import type { Manifest } from '#src/install/manifest.ts';
import { manifestPath } from '#src/install/manifest-path.ts';
import { AGENT_NAMESPACE, MEMBER_ACCOUNT, memberManifests } from '#src/install/member.ts';
import type { Cluster } from '#test/clusters/provider.ts';
import { serviceAccountKubeconfig } from '#test/clusters/service-account.ts';

/** Where the CRDs of hub and members lie. */
export const HUB_CRDS = 'crds/hub';
export const MEMBER_CRDS = 'crds/multicluster';

/** Makes a cluster a hub: rights, policies and the ClusterSet. Returns a kubeconfig of the hub controller's. */
export async function installHub(hub: Cluster): Promise<string> {
  const kubeconfig = await grantHub(hub);
  await applyClusterSet(hub);
  return kubeconfig;
}

/** Gives the hub's controller its account and rights, and the hub its policies. Returns a kubeconfig of it. */
export async function grantHub(hub: Cluster): Promise<string> {
  await applyAll(hub, hubManifests());
  return serviceAccountKubeconfig(hub, { namespace: HUB_NAMESPACE, name: HUB_ACCOUNT });
}

/** Gives the hub its ClusterSet; one that was deleted comes back as another. */
export async function applyClusterSet(hub: Cluster): Promise<void> {
  await apply(hub, {
    apiVersion: apiVersionOf(clusterSets),
    kind: clusterSets.kind,
    metadata: { name: CLUSTER_SET_NAME },
    spec: {},
  });
}

/** Admits a member to the hub. Returns a kubeconfig of that member's own credentials. */
export async function admitMember(hub: Cluster, clusterId: string, spec: object = {}): Promise<string> {
  const kubeconfig = await grantMember(hub, clusterId);
  await applyMember(hub, clusterId, spec);
  return kubeconfig;
}

/** Gives a member its namespace, account and rights on the hub. Returns a kubeconfig of that account. */
export async function grantMember(hub: Cluster, clusterId: string): Promise<string> {
  await applyAll(hub, hubMemberManifests({ clusterId }));
  return serviceAccountKubeconfig(hub, { namespace: memberNamespace(clusterId), name: MEMBER_ACCOUNT });
}

/** Enters a member into the set. */
export async function applyMember(hub: Cluster, clusterId: string, spec: object = {}): Promise<void> {
  await apply(hub, {
    apiVersion: apiVersionOf(members),
    kind: members.kind,
    metadata: { name: clusterId },
    spec,
  });
}

/** Makes a cluster ready for an agent. Returns a kubeconfig of the agent's own credentials. */
export async function installMember(
  member: Cluster,
  agentNamespace: string = AGENT_NAMESPACE,
): Promise<string> {
  await applyAll(member, memberManifests({ agentNamespace }));
  return serviceAccountKubeconfig(member, { namespace: agentNamespace, name: MEMBER_ACCOUNT });
}

async function applyAll(cluster: Cluster, manifests: readonly Manifest[]): Promise<void> {
  const isNamespace = (manifest: Manifest) => manifest.kind === namespaces.kind;
  await Promise.all(manifests.filter(isNamespace).map((manifest) => apply(cluster, manifest)));
  await Promise.all(
    manifests.filter((manifest) => !isNamespace(manifest)).map((manifest) => apply(cluster, manifest)),
  );
}

/** Server-side apply of any object of an installation. */
export async function apply(cluster: Cluster, manifest: Manifest): Promise<void> {
  await cluster.admin.apply(manifestPath(manifest), manifest);
}
