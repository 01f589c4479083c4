import { Command, Option } from 'commander';
import { withClusterOptions } from './cluster-options.ts';
import type { LeaveOptions } from './leave-options.ts';

/** `tombolo leave`: takes a cluster out of its set. */
export function leaveCommand(summary: string): Command {
  return withClusterOptions(new Command('leave'))
    .summary(summary)
    .description(`${summary}; -n is the agent's namespace, tombolo-system unless told`)
    .option('--timeout <duration>', 'how long one wait may take', '60s')
    .option('--force', 'go on here though the hub cannot be reached')
    .addOption(new Option('--dry-run <how>', 'change nothing').choices(['client', 'server']))
    .addOption(new Option('-o, --output <form>', 'print the objects that go').choices(['yaml', 'json']))
    .action(async (options: LeaveOptions, command: Command) => {
      const { leave } = await import('./verbs/leave/leave.ts');
      await leave(options, command.parent?.name() ?? '');
    });
}
