import { type Command, Option } from 'commander';

/** Which hub, for the verbs of its administrator. */
export interface HubOptions {
  kubeconfig?: string;
  context?: string;
  hubContext?: string;
  requestTimeout: string;
}

/** Flags of the verbs that write to a hub. */
export interface HubWritingOptions extends HubOptions {
  dryRun?: 'client' | 'server';
  output?: 'yaml' | 'json';
}

/** Flags of `hub init`. */
export interface HubInitOptions extends HubWritingOptions {
  namespace?: string;
  image?: string;
  wait: 'true' | 'false';
  timeout: string;
}

/** Flags of `hub member add`. */
export interface MemberAddOptions extends HubWritingOptions {
  allowedNamespaces?: string;
  addressRanges?: string;
  maxServices?: string;
  maxSlices?: string;
  limits: boolean;
}

/** Flags of `hub member remove`. */
export interface MemberRemoveOptions extends HubWritingOptions {
  stillServing?: true;
  timeout: string;
}

/** Flags of `hub member list`. */
export interface MemberListOptions extends HubOptions {
  output?: 'wide' | 'json' | 'yaml' | 'name';
}

/** Flags of `hub invite`. */
export interface InviteOptions extends HubWritingOptions {
  ttl: string;
  server?: string;
}

/** The flags of every verb that speaks with one hub. */
export function withHubOptions(command: Command): Command {
  return command
    .option(
      '--kubeconfig <file>',
      'kubeconfig with all contexts; absent: the files of KUBECONFIG, or else ~/.kube/config',
    )
    .option('--context <name>', 'the hub; absent: the current context')
    .option('--hub-context <name>', 'the same, as the verbs about members have it')
    .option('--request-timeout <duration>', 'how long one request may take', '15s');
}

/** The flags of every verb that writes to one hub. */
export function withWritingOptions(command: Command, printed: string): Command {
  return withHubOptions(command)
    .addOption(
      new Option('--dry-run <how>', 'write nothing; server has the API server judge it').choices([
        'client',
        'server',
      ]),
    )
    .addOption(new Option('-o, --output <form>', `print ${printed}`).choices(['yaml', 'json']));
}

/** How the program is called, asked of any command below it. */
export function programName(command: Command): string {
  return command.parent === null ? command.name() : programName(command.parent);
}
