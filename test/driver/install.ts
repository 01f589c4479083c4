import { CLUSTER_SET_NAME, clusterSets } from '#apis/hub/cluster-set.ts';
import { memberNamespace, members } from '#apis/hub/member.ts';
import { namespaces } from '#apis/kubernetes/namespace.ts';
import { apiVersionOf, type KubeObject, type Resource } from '#apis/meta.ts';
import { HUB_ACCOUNT, HUB_NAMESPACE, hubManifests, hubMemberManifests } from '#src/install/hub.ts';
import type { Account, Manifest } from '#src/install/manifest.ts';
import { AGENT_NAMESPACE, MEMBER_ACCOUNT, memberManifests } from '#src/install/member.ts';
import { objectPath } from '#src/kube/paths.ts';
import { kubeconfig } from '#test/clusters/kubeconfig.ts';
import type { Cluster } from '#test/clusters/provider.ts';

/** Where the CRDs of hub and members lie. */
export const HUB_CRDS = 'crds/hub';
export const MEMBER_CRDS = 'crds/multicluster';

const TOKEN_SECONDS = 24 * 3600;

/** Makes a cluster a hub: rights, policies and the ClusterSet. Returns a kubeconfig of the hub controller's. */
export async function installHub(hub: Cluster): Promise<string> {
  await applyAll(hub, hubManifests());
  await apply(hub, {
    apiVersion: apiVersionOf(clusterSets),
    kind: clusterSets.kind,
    metadata: { name: CLUSTER_SET_NAME },
    spec: {},
  });
  return accountKubeconfig(hub, { namespace: HUB_NAMESPACE, name: HUB_ACCOUNT });
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
  return accountKubeconfig(hub, { namespace: memberNamespace(clusterId), name: MEMBER_ACCOUNT });
}

/** Makes a cluster ready for an agent. Returns a kubeconfig of the agent's own credentials. */
export async function installMember(
  member: Cluster,
  agentNamespace: string = AGENT_NAMESPACE,
): Promise<string> {
  await applyAll(member, memberManifests({ agentNamespace }));
  return accountKubeconfig(member, { namespace: agentNamespace, name: MEMBER_ACCOUNT });
}

/** A kubeconfig with a fresh token of a ServiceAccount, as a pod of it would have. */
export async function accountKubeconfig(cluster: Cluster, account: Account): Promise<string> {
  const path = `/api/v1/namespaces/${account.namespace}/serviceaccounts/${account.name}/token`;
  const reply = (await cluster.admin.call('POST', path, {
    apiVersion: 'authentication.k8s.io/v1',
    kind: 'TokenRequest',
    spec: { expirationSeconds: TOKEN_SECONDS },
  })) as { status: { token: string } };
  const { server, ca } = cluster;
  return kubeconfig({ [cluster.name]: { server, ca, credentials: { token: reply.status.token } } });
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
  const { name, namespace } = manifest.metadata;
  const key = namespace === undefined ? { name } : { namespace, name };
  await cluster.admin.apply(objectPath(resourceOf(manifest), key), manifest);
}

/** All kinds of an installation have regular plurals. */
function resourceOf(manifest: Manifest): Resource<KubeObject> {
  const [group = '', version = ''] = manifest.apiVersion.includes('/')
    ? manifest.apiVersion.split('/')
    : ['', manifest.apiVersion];
  const singular = manifest.kind.toLowerCase();
  const plural = singular.endsWith('y') ? `${singular.slice(0, -1)}ies` : `${singular}s`;
  const namespaced = manifest.metadata.namespace !== undefined;
  return { group, version, plural, kind: manifest.kind, namespaced };
}
