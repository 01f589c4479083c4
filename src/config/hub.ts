import {
  contextNeedsKubeconfig,
  localCluster,
  operation,
  ownNamespace,
  podIdentity,
  replicas,
} from './common.ts';
import { type ConfigOf, type Given, readSettings, type Setting } from './settings.ts';
import { text } from './values.ts';

/** The settings of `tombolo hub`. */
export const hubSettings = {
  ...localCluster,
  declaration: {
    flag: 'declaration',
    placeholder: '<file>',
    help: 'JSON with the ClusterSet and the Members that the hub is to hold; absent: people write them',
    schema: text.optional(),
  },
  ...replicas,
  ...operation,
} as const satisfies Record<string, Setting>;

/** What `tombolo hub` runs with. */
export type HubConfig = Omit<ConfigOf<typeof hubSettings>, 'agentNamespace'> & {
  agentNamespace: string;
  /** See podIdentity. */
  identity?: string | undefined;
};

/** Reads the settings of a hub. Throws ConfigError. */
export function readHubConfig(given: Given): HubConfig {
  const config = readSettings(hubSettings, given, contextNeedsKubeconfig);
  const agentNamespace = ownNamespace(config.agentNamespace, given.env);
  return { ...config, agentNamespace, identity: podIdentity(given.env) };
}
