import { contextNeedsKubeconfig, localCluster, operation } from './common.ts';
import { type ConfigOf, type Given, readSettings, type Setting } from './settings.ts';

/** The settings of `tombolo hub`. */
export const hubSettings = { ...localCluster, ...operation } as const satisfies Record<string, Setting>;

/** What `tombolo hub` runs with. */
export type HubConfig = ConfigOf<typeof hubSettings>;

/** Reads the settings of a hub. Throws ConfigError. */
export function readHubConfig(given: Given): HubConfig {
  return readSettings(hubSettings, given, contextNeedsKubeconfig);
}
