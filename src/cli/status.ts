import { Command, Option } from 'commander';
import { withClusterOptions } from './cluster-options.ts';
import type { StatusOptions } from './status-options.ts';

/** `tombolo status`: each cluster in one line, then what is not as it should be. */
export function statusCommand(summary: string): Command {
  return withClusterOptions(new Command('status'))
    .summary(summary)
    .description(`${summary}; of all namespaces, unless -n names one`)
    .option('--wait', 'wait until nothing is wrong any more')
    .option('--timeout <duration>', 'with --wait: how long at most', '60s')
    .addOption(new Option('-o, --output <form>', 'how to print it').choices(['json', 'yaml']))
    .action(async (options: StatusOptions, command: Command) => {
      const { status } = await import('./verbs/status.ts');
      await status(options, command.parent?.name() ?? '');
    });
}
