import { Command } from 'commander';
import { versionLine } from '#src/config/version.ts';

/** `tombolo version`. */
export function versionCommand(summary: string): Command {
  return new Command('version')
    .summary(summary)
    .description(summary)
    .action(() => {
      process.stdout.write(`${versionLine()}\n`);
    });
}
