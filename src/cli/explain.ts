import { Command } from 'commander';

/** `tombolo explain TB001`: needs no cluster. */
export function explainCommand(summary: string): Command {
  return new Command('explain')
    .summary(summary)
    .description(summary)
    .argument('[ids...]', 'ids of checks, such as TB001; none: all of them in short')
    .action(async (ids: string[]) => {
      const { explain } = await import('./verbs/explain.ts');
      await explain(ids);
    });
}
