import { Command, Option } from 'commander';
import type { CheckOptions } from './check-options.ts';
import { withClusterOptions } from './cluster-options.ts';

/** `tombolo check`: what is or may go wrong, each with an id that `explain` knows. */
export function checkCommand(summary: string): Command {
  return withClusterOptions(new Command('check'))
    .summary(summary)
    .description(`${summary}; of all namespaces, unless -n names one`)
    .option('--pre', 'before anything is installed: only what can hold then')
    .option('--clusterset-domain <domain>', 'the domain of the set', 'clusterset.local')
    .addOption(
      new Option('-o, --output <form>', 'how to print it; short: only what is not well').choices([
        'json',
        'short',
      ]),
    )
    .action(async (options: CheckOptions, command: Command) => {
      const { check } = await import('./verbs/check/check.ts');
      await check(options, command.parent?.name() ?? '');
    });
}
