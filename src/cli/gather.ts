import { Command } from 'commander';
import { withClusterOptions } from './cluster-options.ts';
import type { GatherOptions } from './gather-options.ts';

/** `tombolo gather`: one folder for each cluster, for whoever is asked for help. */
export function gatherCommand(summary: string): Command {
  return withClusterOptions(new Command('gather'))
    .summary(summary)
    .description(summary)
    .option('--output <folder>', 'where to; absent: tombolo-gather-TIME in the current folder')
    .option('--log-lines <number>', "how many lines of each pod's log", '5000')
    .action(async (options: GatherOptions, command: Command) => {
      const { gather } = await import('./verbs/gather/gather.ts');
      await gather(options, command.parent?.name() ?? '');
    });
}
