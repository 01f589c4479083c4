import {
  CLUSTER_ID_PROPERTY,
  clusterProperties,
  type IClusterProperty,
} from '#apis/kubernetes/cluster-property.ts';
import { configMaps } from '#apis/kubernetes/config-map.ts';
import { deployments, type IDeployment } from '#apis/kubernetes/deployment.ts';
import { IDENTITY_NAMESPACE, type INamespace, namespaces } from '#apis/kubernetes/namespace.ts';
import { type ISecret, secrets } from '#apis/kubernetes/secret.ts';
import type { Resource } from '#apis/meta.ts';
import { STATE_LEASE_NAME, StateStore } from '#controllers/membership/state.ts';
import { HUB_SECRET, MEMBER_ACCOUNT } from '#src/install/member.ts';
import { HUB_CONFIG_MAP } from '#src/install/member-hub-access.ts';
import { isKindMissing, isNotFound } from '#src/kube/errors.ts';
import { leaseStore } from '#src/kube/lease-store.ts';
import { orAbsent } from '#src/kube/or-absent.ts';
import type { Target } from '../../clusters/targets.ts';
import { hubAccessOf } from './access.ts';
import type { ClusterFacts } from './verdict.ts';

/** All that is read of a cluster before it joins. */
export interface ReadCluster {
  facts: ClusterFacts;
  /** The agent's namespace. */
  namespace: INamespace | undefined;
  secret: ISecret | undefined;
  deployment: IDeployment | undefined;
}

/** Reads the cluster that is to join; the agent's namespace is the target's. */
export async function readCluster(target: Target): Promise<ReadCluster> {
  const { client, namespace, timeoutMs } = target;
  const [version, identity, own, deployment, secret, configMap, state, property] = await Promise.all([
    client.request('GET', '/version', undefined, { timeoutMs }),
    client.get(namespaces, { name: IDENTITY_NAMESPACE }, { timeoutMs }),
    orAbsent(client.get(namespaces, { name: namespace }, { timeoutMs })),
    orAbsent(client.get(deployments, { namespace, name: MEMBER_ACCOUNT }, { timeoutMs })),
    orAbsent(client.get(secrets, { namespace, name: HUB_SECRET }, { timeoutMs })),
    orAbsent(client.get(configMaps, { namespace, name: HUB_CONFIG_MAP }, { timeoutMs })),
    stateOf(target).load(AbortSignal.timeout(timeoutMs)),
    readProperty(target, CLUSTER_ID_PROPERTY),
  ]);
  const { major = '', minor = '' }: { major?: string; minor?: string } = Object(version);
  return {
    facts: {
      version: { major, minor },
      uid: identity.metadata.uid ?? '',
      agentId: argumentOf(deployment, 'cluster-id'),
      release: releaseOf(deployment),
      held: secret && hubAccessOf(secret, configMap),
      metSet: state.clusterSetUID,
      property: property?.object,
    },
    namespace: own,
    secret,
    deployment,
  };
}

/** What the agent of this cluster remembers. */
export function stateOf({ client, namespace }: Target): StateStore {
  return new StateStore(leaseStore(client, { namespace, name: STATE_LEASE_NAME }));
}

/** The value of a flag that the agent is started with. */
export function argumentOf(deployment: IDeployment | undefined, flag: string): string | undefined {
  const args = deployment?.spec?.template?.spec?.containers?.flatMap((container) => container.args ?? []);
  return args?.find((arg) => arg.startsWith(`--${flag}=`))?.slice(flag.length + 3);
}

/** The Helm release that an object belongs to. */
export function releaseOf(object: IDeployment | undefined): string | undefined {
  const { labels = {}, annotations = {} } = object?.metadata ?? {};
  if (labels['app.kubernetes.io/managed-by'] !== 'Helm') return undefined;
  return annotations['meta.helm.sh/release-name'] ?? labels['app.kubernetes.io/instance'] ?? '';
}

/** One ClusterProperty, in the version that the cluster prefers; undefined where it says nothing of itself. */
export async function readProperty(
  { client, timeoutMs }: Target,
  name: string,
): Promise<{ resource: Resource<IClusterProperty>; object: IClusterProperty } | undefined> {
  try {
    const path = `/apis/${clusterProperties.group}`;
    const group: { preferredVersion?: { version?: unknown } } = Object(
      await client.request('GET', path, undefined, { timeoutMs }),
    );
    const version = group.preferredVersion?.version;
    if (typeof version !== 'string') return undefined;
    const resource = { ...clusterProperties, version };
    return { resource, object: await client.get(resource, { name }, { timeoutMs }) };
  } catch (error) {
    if (isKindMissing(error) || isNotFound(error)) return undefined;
    throw error;
  }
}
