import type { Command } from 'commander';
import { memberSettings, readMemberConfig } from '#src/config/member.ts';
import { commandOf, flagsOf } from './settings-options.ts';

/** `tombolo member`: the agent of one member cluster. */
export function memberCommand(summary: string): Command {
  return commandOf('member', summary, memberSettings).action(async (_options: unknown, command: Command) => {
    const config = readMemberConfig({ flags: flagsOf(command), env: process.env });
    const [{ runAsProcess }, { runMember }] = await Promise.all([
      import('./run.ts'),
      import('#src/member.ts'),
    ]);
    await runAsProcess('member', config, (deps) => runMember(config, deps));
  });
}
