import { Command, Option } from 'commander';
import { type HubInitOptions, programName, withWritingOptions } from './hub-options.ts';

/** `tombolo hub init`: makes a cluster the hub of a set. */
export function hubInitCommand(): Command {
  const summary = 'install the hub: its kinds, its rights, the ClusterSet and the controller';
  return withWritingOptions(new Command('init'), 'the manifests, such as for GitOps')
    .summary(summary)
    .description(`${summary}; with --dry-run=client -o yaml no cluster is asked`)
    .option('-n, --namespace <name>', 'where the controller runs', 'tombolo-hub')
    .option('--image <image>', "the controller's image; absent: that of this version")
    .addOption(
      new Option('--wait [whether]', 'wait until the controller runs')
        .choices(['true', 'false'])
        .preset('true')
        .default('true'),
    )
    .option('--timeout <duration>', 'how long to wait for the controller at most', '2m')
    .action(async (options: HubInitOptions, command: Command) => {
      const { hubInit } = await import('./verbs/hub/init.ts');
      await hubInit(options, programName(command));
    });
}
