import { Argument, type Command, InvalidArgumentError, Option } from 'commander';
import { ConfigError } from '#src/config/error.ts';
import { type ClusterOptions, withClusterOptions } from './cluster-options.ts';

/** Flags of the verbs that write ServiceExports. */
export interface ExportOptions extends ClusterOptions {
  selector?: string;
  dryRun?: 'client' | 'server';
  output?: 'yaml' | 'json';
}

/** Which Services are meant, and whether anything is to be written. */
export function withExportOptions(command: Command): Command {
  return withClusterOptions(command)
    .addArgument(new Argument('<kind>', 'what to export').choices(['service']).argParser(serviceKind))
    .argument('[names...]', 'the Services')
    .option('-l, --selector <query>', 'instead of names: all Services with these labels')
    .addOption(
      new Option(
        '--dry-run <how>',
        'write nothing; server has the API server judge it, and with --hub-context shows every conflict',
      ).choices(['client', 'server']),
    )
    .addOption(new Option('-o, --output <form>', 'print the ServiceExports').choices(['yaml', 'json']));
}

function serviceKind(text: string): 'service' {
  if (['service', 'services', 'svc'].includes(text)) return 'service';
  throw new InvalidArgumentError('Only Services are exported: say service.');
}

/** Throws a ConfigError unless the Services are said by name or by labels, and not by both. */
export function checkNames(names: readonly string[], { selector }: ExportOptions): void {
  if (names.length === 0 && selector === undefined) throw new ConfigError(['say which Services: NAME or -l']);
  if (names.length > 0 && selector !== undefined) {
    throw new ConfigError(['NAME and -l exclude each other: leave one out']);
  }
}
