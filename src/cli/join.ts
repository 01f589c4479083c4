import { Command, Option } from 'commander';
import { withClusterOptions } from './cluster-options.ts';
import type { JoinOptions } from './join-options.ts';

/** `tombolo join --bundle FILE`: makes a cluster a member. */
export function joinCommand(summary: string): Command {
  return withClusterOptions(new Command('join'))
    .summary(summary)
    .description(`${summary}; -n is the agent's namespace, tombolo-system unless told`)
    .requiredOption('--bundle <file>', 'what `tombolo hub invite` printed; - reads standard input')
    .option('--cluster-id <id>', 'the id that the bundle must be for')
    .option('--image <image>', "the agent's image")
    .option('--no-probe', 'do not open the hub from a pod first: for clusters without nodes')
    .addOption(
      new Option('--wait [whether]', 'wait until the agent is heard of on the hub')
        .choices(['true', 'false'])
        .preset('true')
        .default('true'),
    )
    .option('--timeout <duration>', 'how long one wait may take', '2m')
    .option('--token-life <duration>', 'of the credential on the hub, which the agent renews', '168h')
    .option('--take-over', 'take the place of another cluster of this id, which is gone')
    .addOption(
      new Option('--dry-run <how>', 'write nothing, and leave the bundle as it is').choices([
        'client',
        'server',
      ]),
    )
    .addOption(new Option('-o, --output <form>', 'print the manifests').choices(['yaml', 'json']))
    .option(
      '--output-dir <dir>',
      'write manifests and chart values there instead of applying them; the bundle is used up',
    )
    .action(async (options: JoinOptions, command: Command) => {
      const { join } = await import('./verbs/join/join.ts');
      await join(options, command.parent?.name() ?? '');
    });
}
