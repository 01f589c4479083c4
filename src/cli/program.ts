import { Command, CommanderError } from 'commander';
import { versionLine } from '#src/config/version.ts';

/** A verb: what the help says of it, and its command, loaded only when it is asked for. */
interface Verb {
  /** Undefined: the help does not show it. */
  summary: string | undefined;
  load: (summary: string) => Promise<Command>;
}

const VERBS: Readonly<Record<string, Verb>> = {
  member: {
    summary: 'run the agent of one member cluster',
    load: async (summary) => (await import('./member.ts')).memberCommand(summary),
  },
  hub: {
    summary: 'run the controller of the hub; install one, enter members, invite them',
    load: async (summary) => (await import('./hub.ts')).hubCommand(summary),
  },
  get: {
    summary: 'show clusters, exports, imports, endpoints and the names of pods',
    load: async (summary) => (await import('./get.ts')).getCommand(summary),
  },
  status: {
    summary: 'say how each cluster is, and what is wrong where',
    load: async (summary) => (await import('./status.ts')).statusCommand(summary),
  },
  export: {
    summary: 'export Services to the set',
    load: async (summary) => (await import('./export.ts')).exportCommand(summary),
  },
  unexport: {
    summary: 'take Services back from the set',
    load: async (summary) => (await import('./export.ts')).unexportCommand(summary),
  },
  join: {
    summary: 'make a cluster a member of a set',
    load: async (summary) => (await import('./join.ts')).joinCommand(summary),
  },
  leave: {
    summary: 'take a cluster out of its set',
    load: async (summary) => (await import('./leave.ts')).leaveCommand(summary),
  },
  trace: {
    summary: 'follow a Service or one pod through all clusters, down to DNS and a connection',
    load: async (summary) => (await import('./trace.ts')).traceCommand(summary),
  },
  check: {
    summary: 'look for what is or may go wrong',
    load: async (summary) => (await import('./check.ts')).checkCommand(summary),
  },
  explain: {
    summary: 'say what a check means, and how to mend what it found',
    load: async (summary) => (await import('./explain.ts')).explainCommand(summary),
  },
  gather: {
    summary: 'write what helps others to help into a folder, without secrets',
    load: async (summary) => (await import('./gather.ts')).gatherCommand(summary),
  },
  completion: {
    summary: 'print a script that completes words in a shell',
    load: async (summary) => (await import('./completion.ts')).completionCommand(summary),
  },
  version: {
    summary: 'print the version',
    load: async (summary) => (await import('./version.ts')).versionCommand(summary),
  },
  __probe: {
    summary: undefined,
    load: async () => (await import('./probe.ts')).probeCommand(),
  },
  __complete: {
    summary: undefined,
    load: async () => (await import('./completion.ts')).completeCommand(complete),
  },
};

const AWAKE_MS = 60_000;

/** How the program is called by who started it under this name: `kubectl-tombolo` makes a plugin of kubectl. */
export function calledAs(startedAs: string | undefined): string {
  return /(^|[/\\])kubectl-tombolo(\.[a-z]+)?$/.test(startedAs ?? '') ? 'kubectl tombolo' : 'tombolo';
}

/**
 * Runs the command line and returns the exit code. Whatever goes wrong is said in one line each on standard
 * error; a stack says nothing to the person who typed a flag. `name` is how messages call the program.
 */
export async function runCommandLine(args: readonly string[], name = 'tombolo'): Promise<number> {
  const verb = args.find((arg) => Object.hasOwn(VERBS, arg));
  const title = verb === undefined ? name : `${name} ${verb}`;
  // The clock's timers hold no process open: one that only waits to ask an API server again would end in silence.
  const awake = setInterval(() => {}, AWAKE_MS);
  try {
    const program = await programFor(name, verb);
    await program.parseAsync(args, { from: 'user' });
    return 0;
  } catch (thrown) {
    if (thrown instanceof CommanderError && thrown.exitCode === 0) return 0;
    const { lines, exitCode } =
      thrown instanceof CommanderError
        ? usage(thrown, title)
        : (await import('./farewell.ts')).farewell(thrown);
    for (const line of lines) process.stderr.write(`${title}: ${line}\n`);
    return exitCode;
  } finally {
    clearInterval(awake);
  }
}

/** The program with the whole command of the verb that is asked for, and the mere names of the others. */
async function programFor(name: string, asked: string | undefined): Promise<Command> {
  const program = quiet(new Command(name))
    .version(versionLine(), '--version', 'print the version')
    .description('Kubernetes Services across clusters, by name, down to each pod')
    .showSuggestionAfterError(true)
    // What stands behind a verb is the verb's, down to the last subcommand: `hub` has a --context, and so has `hub init`.
    .enablePositionalOptions();
  for (const [verb, { summary, load }] of Object.entries(VERBS)) {
    const command = verb === asked ? await load(summary ?? '') : new Command(verb).summary(summary ?? '');
    program.addCommand(quiet(command), { hidden: summary === undefined });
  }
  return program;
}

async function complete(words: readonly string[]): Promise<readonly string[]> {
  const { candidates } = await import('./candidates.ts');
  return candidates({
    words,
    verbs: Object.keys(VERBS).filter((verb) => VERBS[verb]?.summary !== undefined),
    load: async (verb) => (await VERBS[verb]?.load('')) ?? new Command(verb),
    contexts: async () => {
      const [{ contextNames }, { kubeconfigFiles }] = await Promise.all([
        import('./clusters/context-names.ts'),
        import('./clusters/kubeconfig-files.ts'),
      ]);
      const at = words.indexOf('--kubeconfig');
      const flag = at < 0 ? undefined : words[at + 1];
      return contextNames(kubeconfigFiles(flag, process.env['KUBECONFIG']));
    },
  });
}

/** Throws instead of exiting, and leaves what is said about mistakes to runCommandLine. */
function quiet(command: Command): Command {
  command.commands.forEach(quiet);
  return command
    .exitOverride()
    .allowExcessArguments(false)
    .configureOutput({ outputError: () => {} });
}

function usage(error: CommanderError, title: string): { lines: string[]; exitCode: number } {
  const help = `${title} --help`;
  // Without a verb commander answers with the whole help, which it has written by now.
  if (error.code === 'commander.help') return { lines: [`say what to run; see ${help}`], exitCode: 2 };
  const text = error.message
    .replace(/^error: /, '')
    .replaceAll('\n', ' ')
    .replace(/\.$/, '');
  return { lines: [`${text}; see ${help}`], exitCode: 2 };
}
