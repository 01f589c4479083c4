import {
  contextNeedsKubeconfig,
  localCluster,
  operation,
  ownNamespace,
  podIdentity,
  replicas,
} from './common.ts';
import { labelSelector } from './label-selector.ts';
import { type ConfigOf, type Given, readSettings, type Setting } from './settings.ts';
import { clusterId, duration, text, toggle } from './values.ts';

/** The settings of `tombolo member`. They say what is wanted, never how the inside does it. */
export const memberSettings = {
  clusterId: {
    flag: 'cluster-id',
    placeholder: '<id>',
    help: 'id of this cluster in the set: one DNS label of at most 55 characters; it becomes part of names',
    schema: clusterId,
  },
  ...localCluster,
  hubKubeconfig: {
    flag: 'hub-kubeconfig',
    placeholder: '<file>',
    help: "kubeconfig of the hub, with this member's own credentials",
    schema: text,
  },
  hubContext: {
    flag: 'hub-context',
    placeholder: '<name>',
    help: "context in --hub-kubeconfig; absent: the file's current one",
    schema: text.optional(),
  },
  ...replicas,
  acceptClustersetUid: {
    flag: 'accept-clusterset-uid',
    placeholder: '<uid>',
    help: 'UID of a ClusterSet that may take the place of the one followed so far',
    schema: text.optional(),
  },
  hubCredentialSecret: {
    flag: 'hub-credential-secret',
    placeholder: '<name>',
    help: "Secret, in the program's own namespace, in which the token for the hub is renewed; absent: it is not",
    schema: text.optional(),
  },
  clustersetId: {
    flag: 'clusterset-id',
    placeholder: '<id>',
    help: "what ClusterProperty clusterset.k8s.io says here; absent: the UID of the hub's ClusterSet",
    schema: text.optional(),
  },
  namespaceSelector: {
    flag: 'namespace-selector',
    placeholder: '<labels>',
    help: 'labels of the namespaces that take part here: others export nothing, and import nothing new; absent: all do',
    schema: labelSelector.optional(),
  },
  headlessDerivedService: {
    flag: 'headless-derived-service',
    help: 'make a derived Service for headless imports as well',
    default: 'false',
    schema: toggle,
  },
  leaseInterval: {
    flag: 'lease-interval',
    placeholder: '<duration>',
    help: 'how often the hub is told that this member is alive',
    default: '10s',
    schema: duration({ min: '1s', max: '5m' }),
  },
  ...operation,
} as const satisfies Record<string, Setting>;

/** What `tombolo member` runs with. */
export type MemberConfig = Omit<ConfigOf<typeof memberSettings>, 'agentNamespace'> & {
  agentNamespace: string;
  /** See podIdentity. */
  identity?: string | undefined;
};

/** Reads the settings of a member. Throws ConfigError. */
export function readMemberConfig(given: Given): MemberConfig {
  const config = readSettings(memberSettings, given, contextNeedsKubeconfig);
  const agentNamespace = ownNamespace(config.agentNamespace, given.env);
  return { ...config, agentNamespace, identity: podIdentity(given.env) };
}
