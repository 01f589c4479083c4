import { Command, Option } from 'commander';
import {
  type HubWritingOptions,
  type MemberAddOptions,
  type MemberListOptions,
  type MemberRemoveOptions,
  programName,
  withHubOptions,
  withWritingOptions,
} from './hub-options.ts';

/** `tombolo hub member`: who may join a set, and who no longer. */
export function hubMemberCommand(): Command {
  return new Command('member')
    .summary('enter members, list them, take them out')
    .description('Enters members, lists them, takes them out.')
    .addCommand(addCommand())
    .addCommand(listCommand())
    .addCommand(removeCommand())
    .addCommand(revokeCommand());
}

function addCommand(): Command {
  const summary = 'enter a member: its place on the hub, and what it may do there';
  return withWritingOptions(new Command('add'), 'the manifests, such as for GitOps')
    .summary(summary)
    .description(`${summary}; what no flag says stays as it is`)
    .argument('<name>', 'the id that the cluster will have in the set: one DNS label')
    .option('--allowed-namespaces <names>', 'what it may export from: names, or prefixes that end in *')
    .option('--address-ranges <cidrs>', 'where the addresses of its endpoints must lie')
    .option('--max-services <count>', 'how many Services it may export')
    .option('--max-slices <count>', 'how many EndpointSlices it may export')
    .option('--no-limits', 'no limits: for a hub where no controller counts objects')
    .action(async (name: string, options: MemberAddOptions, command: Command) => {
      const { memberAdd } = await import('./verbs/hub/member-add.ts');
      await memberAdd(name, options, programName(command));
    });
}

function listCommand(): Command {
  const summary = 'list the members, as `get clusters` does';
  return withHubOptions(new Command('list'))
    .summary(summary)
    .description(summary)
    .addOption(new Option('-o, --output <form>', 'how to print it').choices(['wide', 'json', 'yaml', 'name']))
    .action(async (options: MemberListOptions) => {
      const { memberList } = await import('./verbs/hub/member-list.ts');
      await memberList(options);
    });
}

function removeCommand(): Command {
  const summary = 'take a member out for good: what it exports disappears everywhere';
  return withWritingOptions(new Command('remove'), 'what disappears where')
    .summary(summary)
    .description(summary)
    .argument('<name>', 'the member')
    .option('--still-serving', 'although it is reachable and exports Services')
    .option('--timeout <duration>', 'how long to wait until its records are gone', '2m')
    .action(async (name: string, options: MemberRemoveOptions, command: Command) => {
      const { memberRemove } = await import('./verbs/hub/member-remove.ts');
      await memberRemove(name, options, programName(command));
    });
}

function revokeCommand(): Command {
  const summary = 'end the access of a member: no token of its is taken any more';
  return withWritingOptions(new Command('revoke'), 'what is deleted')
    .summary(summary)
    .description(`${summary}; what it exported stays, and grows old`)
    .argument('<name>', 'the member')
    .action(async (name: string, options: HubWritingOptions, command: Command) => {
      const { memberRevoke } = await import('./verbs/hub/member-revoke.ts');
      await memberRevoke(name, options, programName(command));
    });
}
