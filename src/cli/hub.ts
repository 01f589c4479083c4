import type { Command } from 'commander';
import { hubSettings, readHubConfig } from '#src/config/hub.ts';
import { hubInitCommand } from './hub-init.ts';
import { hubInviteCommand } from './hub-invite.ts';
import { hubMemberCommand } from './hub-member.ts';
import { commandOf, flagsOf } from './settings-options.ts';

/** `tombolo hub`: the small controller beside the hub's API server; with a word behind it, what its admin does. */
export function hubCommand(summary: string): Command {
  return (
    commandOf('hub', summary, hubSettings)
      // What stands behind a subcommand is the subcommand's: both have a --context.
      .enablePositionalOptions()
      .addCommand(hubInitCommand())
      .addCommand(hubMemberCommand())
      .addCommand(hubInviteCommand())
      .action(async (_options: unknown, command: Command) => {
        const config = readHubConfig({ flags: flagsOf(command), env: process.env });
        const [{ runAsProcess }, { runHub }] = await Promise.all([import('./run.ts'), import('#src/hub.ts')]);
        await runAsProcess('hub', config, (deps) => runHub(config, deps));
      })
  );
}
