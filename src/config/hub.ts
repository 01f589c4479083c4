import { contextNeedsKubeconfig, localCluster, operation } from './common.ts';
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
  ...operation,
} as const satisfies Record<string, Setting>;

/** What `tombolo hub` runs with. */
export type HubConfig = ConfigOf<typeof hubSettings>;

/** Reads the settings of a hub. Throws ConfigError. */
export function readHubConfig(given: Given): HubConfig {
  return readSettings(hubSettings, given, contextNeedsKubeconfig);
}
