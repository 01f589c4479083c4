import { Command } from 'commander';
import { type InviteOptions, programName, withWritingOptions } from './hub-options.ts';

/** `tombolo hub invite NAME`: prints what lets one cluster join. */
export function hubInviteCommand(): Command {
  const summary = 'print a bundle that lets one cluster join, once';
  return withWritingOptions(new Command('invite'), 'the bundle; YAML unless told')
    .summary(summary)
    .description(`${summary}; an invitation of the same member that is still open is void from then on`)
    .argument('<name>', 'the member')
    .option('--ttl <duration>', 'how long it is good for, 10m to 24h', '15m')
    .option('--server <url>', "URL of the hub as members reach it; absent: the kubeconfig's")
    .action(async (name: string, options: InviteOptions, command: Command) => {
      const { hubInvite } = await import('./verbs/hub/invite.ts');
      await hubInvite(name, options, programName(command));
    });
}
