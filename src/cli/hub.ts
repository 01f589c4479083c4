import type { Command } from 'commander';
import { hubSettings, readHubConfig } from '#src/config/hub.ts';
import { commandOf, flagsOf } from './settings-options.ts';

/** `tombolo hub`: the small controller beside the hub's API server. */
export function hubCommand(summary: string): Command {
  return commandOf('hub', summary, hubSettings).action(async (_options: unknown, command: Command) => {
    const config = readHubConfig({ flags: flagsOf(command), env: process.env });
    const [{ runAsProcess }, { runHub }] = await Promise.all([import('./run.ts'), import('#src/hub.ts')]);
    await runAsProcess('hub', config, (deps) => runHub(config, deps));
  });
}
