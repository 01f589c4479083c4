import { Command, Option } from 'commander';
import { withClusterOptions } from './cluster-options.ts';
import type { TraceOptions } from './trace-options.ts';

/** `tombolo trace NAME`: every step from a pod to a client in another cluster, up to the first that fails. */
export function traceCommand(summary: string): Command {
  return withClusterOptions(new Command('trace'))
    .summary(summary)
    .description(`${summary}; from every exporter to every --context`)
    .argument('<name>', 'a Service, or one pod: db, db-0.zzzc.db, db-0.zzzc.db.prod.svc.clusterset.local')
    .option('--no-probe', 'run no pod: leave out DNS and connections')
    .option('--image <image>', "what the probe's pod runs; absent: the image of the agent")
    .option('--probe-timeout <duration>', 'how long a probe may take, its start included', '60s')
    .option('--clusterset-domain <domain>', 'the domain of the set', 'clusterset.local')
    .addOption(new Option('-o, --output <form>', 'how to print it').choices(['json', 'yaml']))
    .action(async (name: string, options: TraceOptions, command: Command) => {
      const { trace } = await import('./verbs/trace/trace.ts');
      await trace(name, options, command.parent?.name() ?? '');
    });
}
