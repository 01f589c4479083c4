import { type Command, Option } from 'commander';

/** Which clusters a verb speaks with: kubectl's flags, but that --context may be given several times. */
export interface ClusterOptions {
  kubeconfig?: string;
  context: string[];
  hubContext?: string;
  namespace?: string;
  requestTimeout: string;
}

/** The flags of every verb that speaks with clusters. */
export function withClusterOptions(command: Command): Command {
  return command
    .option(
      '--kubeconfig <file>',
      'kubeconfig with all contexts; absent: the files of KUBECONFIG, or else ~/.kube/config',
    )
    .addOption(
      new Option('--context <name>', 'a member cluster; may be given several times')
        .argParser((value: string, before: string[]) => [...before, value])
        .default([], 'the current context'),
    )
    .option('--hub-context <name>', 'the hub, for what only the hub knows')
    .option('-n, --namespace <name>', "namespace; absent: the context's own, or else default")
    .option('--request-timeout <duration>', 'how long one request may take', '15s');
}

/** The flags by which a command that is printed for the next step says of the same clusters. */
export function sameClusters({ kubeconfig, context, hubContext }: Partial<ClusterOptions>): string {
  const flags = [
    ...(kubeconfig === undefined ? [] : ['--kubeconfig', kubeconfig]),
    ...(context ?? []).flatMap((name) => ['--context', name]),
    ...(hubContext === undefined ? [] : ['--hub-context', hubContext]),
  ];
  return flags.map((flag) => ` ${shellWord(flag)}`).join('');
}

/** The text as one word of a shell. */
export function shellWord(text: string): string {
  return /^[\w./:@=+,-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}
