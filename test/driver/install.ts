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
  await applyAll(hub, hubManifests());
  await apply(hub, {
    apiVersion: apiVersionOf(clusterSets),
    kind: clusterSets.kind,
    metadata: { name: CLUSTER_SET_NAME },
    spec: {},
  });
  return serviceAccountKubeconfig(hub, { namespace: HUB_NAMESPACE, name: HUB_ACCOUNT });
}

/** Admits a member to the hub. Returns a kubeconfig of that member's own credentials. */
export async function admitMember(hub: Cluster, clusterId: string, spec: object = {}): Promise<string> {
  await applyAll(hub, hubMemberManifests({ clusterId }));
  await apply(hub, {
    apiVersion: apiVersionOf(members),
    kind: members.kind,
    metadata: { name: clusterId },
    spec,
  });
  return serviceAccountKubeconfig(hub, { namespace: memberNamespace(clusterId), name: MEMBER_ACCOUNT });
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
