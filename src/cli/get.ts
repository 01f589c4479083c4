import { Argument, Command, InvalidArgumentError, Option } from 'commander';
import { withClusterOptions } from './cluster-options.ts';
import { checkFlags, FORMS, type GetOptions, KINDS, type Kind, PEER_FORMS } from './get-options.ts';

/** `tombolo get`: what is exported and imported, in the members that the flags name. */
export function getCommand(summary: string): Command {
  const kind = new Argument('<kind>', 'what to show').choices(KINDS).argParser(kindOf);
  return withClusterOptions(new Command('get'))
    .summary(summary)
    .description(`${summary}; \`clusters\` asks the hub`)
    .addArgument(kind)
    .argument('[name]', 'only the one of this name')
    .option('-A, --all-namespaces', 'of all namespaces')
    .option('-l, --selector <query>', 'only those with these labels')
    .addOption(
      new Option('-o, --output <form>', 'how to print it; those from hosts on need --names').choices([
        ...FORMS,
        ...PEER_FORMS,
      ]),
    )
    .option('--names', 'with endpoints: the stable name of every pod of the headless Services')
    .option('--port <port>', 'with peer lists: the name or number of the port, where there are several')
    .option('--clusterset-domain <domain>', 'with --names: the domain of the set', 'clusterset.local')
    .action(async (what: Kind, name: string | undefined, options: GetOptions) => {
      checkFlags(what, options);
      const { get } = await import('./verbs/get.ts');
      await get(what, name, options);
    });
}

/** kubectl takes the singular, too. */
function kindOf(text: string): Kind {
  const found = KINDS.find((kind) => kind === text || kind === `${text}s`);
  if (found === undefined) throw new InvalidArgumentError(`Known are ${KINDS.join(', ')}.`);
  return found;
}
