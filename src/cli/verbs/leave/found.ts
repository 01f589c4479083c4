import { clusterOfNamespace } from '#apis/hub/member.ts';
import { configMaps } from '#apis/kubernetes/config-map.ts';
import { deployments, type IDeployment } from '#apis/kubernetes/deployment.ts';
import { IDENTITY_NAMESPACE, namespaces } from '#apis/kubernetes/namespace.ts';
import { secrets } from '#apis/kubernetes/secret.ts';
import { readToken } from '#controllers/membership/credential.ts';
import type { AgentState } from '#controllers/membership/state.ts';
import { STATE_LEASE_NAME } from '#controllers/membership/state.ts';
import { PART_OF } from '#src/install/manifest.ts';
import { HUB_SECRET, MEMBER_ACCOUNT } from '#src/install/member.ts';
import { leaseStore } from '#src/kube/lease-store.ts';
import { orAbsent } from '#src/kube/or-absent.ts';
import { listAll } from '../../clusters/reading.ts';
import type { Target } from '../../clusters/targets.ts';
import { type HubAccess, hubAccessOf } from '../join/access.ts';
import { argumentOf, releaseOf, stateOf } from '../join/cluster.ts';

/** What there is of us in a cluster that leaves. */
export interface Found {
  /** kube-system UID. */
  uid: string;
  /** Undefined: nothing says under which id this cluster is known. */
  clusterId: string | undefined;
  deployment: IDeployment | undefined;
  /** Helm's release that the agent belongs to. */
  release: string | undefined;
  /** Undefined: the credentials are not there, or not any more. */
  access: HubAccess | undefined;
  /** Context of the hub's kubeconfig. */
  hubContext: string | undefined;
  /** What the agent remembers; undefined: its Lease is not there, or not any more. */
  state: AgentState | undefined;
}

/** Reads it; the agent's namespace is the target's. */
export async function findInstallation(target: Target): Promise<Found> {
  const { client, namespace, timeoutMs } = target;
  const [identity, deployment] = await Promise.all([
    client.get(namespaces, { name: IDENTITY_NAMESPACE }, { timeoutMs }),
    findAgent(target),
  ]);
  const secretName = argumentOf(deployment, 'hub-credential-secret') ?? HUB_SECRET;
  const configMapName = `${deployment?.metadata.name ?? MEMBER_ACCOUNT}-hub`;
  const [secret, configMap, lease] = await Promise.all([
    orAbsent(client.get(secrets, { namespace, name: secretName }, { timeoutMs })),
    orAbsent(client.get(configMaps, { namespace, name: configMapName }, { timeoutMs })),
    leaseStore(client, { namespace, name: STATE_LEASE_NAME }).read(AbortSignal.timeout(timeoutMs)),
  ]);
  const access = secret && hubAccessOf(secret, configMap);
  return {
    uid: identity.metadata.uid ?? '',
    clusterId: argumentOf(deployment, 'cluster-id') ?? access?.clusterId ?? idOfToken(access?.token),
    deployment,
    release: releaseOf(deployment),
    access,
    hubContext: argumentOf(deployment, 'hub-context'),
    state: lease && (await stateOf(target).load(AbortSignal.timeout(timeoutMs))),
  };
}

/** A chart may have given it another name. */
async function findAgent(target: Target): Promise<IDeployment | undefined> {
  const { client, namespace, timeoutMs } = target;
  const usual = await orAbsent(client.get(deployments, { namespace, name: MEMBER_ACCOUNT }, { timeoutMs }));
  if (usual !== undefined) return usual;
  const labelSelector = Object.entries(PART_OF)
    .map(([label, value]) => `${label}=${value}`)
    .join(',');
  const ours = await listAll(target, deployments, { namespace, labelSelector });
  return ours.find((deployment) => argumentOf(deployment, 'cluster-id') !== undefined);
}

/** `system:serviceaccount:member-zzzc:tombolo-member`: whose token it is. */
function idOfToken(token: string | undefined): string | undefined {
  const [, , namespace] = (token === undefined ? undefined : readToken(token))?.subject.split(':') ?? [];
  return clusterOfNamespace(namespace);
}
