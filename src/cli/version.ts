import { Command, Option } from 'commander';
import { versionInfo, versionLine } from '#src/config/version.ts';

/** `tombolo version`. */
export function versionCommand(summary: string): Command {
  return new Command('version')
    .summary(summary)
    .description(summary)
    .addOption(new Option('-o, --output <form>', 'how to print it').choices(['text', 'json']).default('text'))
    .action(({ output }: { output: 'text' | 'json' }) => {
      process.stdout.write(`${output === 'json' ? JSON.stringify(versionInfo()) : versionLine()}\n`);
    });
}
