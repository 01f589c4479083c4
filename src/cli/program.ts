import { Command, CommanderError } from 'commander';
import { versionLine } from '#src/config/version.ts';

/** A verb: what the help says of it, and its command, loaded only when it is asked for. */
interface Verb {
  summary: string;
  load: (summary: string) => Promise<Command>;
}

const VERBS: Readonly<Record<string, Verb>> = {
  member: {
    summary: 'run the agent of one member cluster',
    load: async (summary) => (await import('./member.ts')).memberCommand(summary),
  },
  hub: {
    summary: 'run the controller of the hub',
    load: async (summary) => (await import('./hub.ts')).hubCommand(summary),
  },
  version: {
    summary: 'print the version',
    load: async (summary) => (await import('./version.ts')).versionCommand(summary),
  },
};

/**
 * Runs the command line and returns the exit code. Whatever goes wrong is said in one line each on standard
 * error; a stack says nothing to the person who typed a flag.
 */
export async function runCommandLine(args: readonly string[]): Promise<number> {
  const verb = args.find((arg) => Object.hasOwn(VERBS, arg));
  try {
    const program = await programFor(verb);
    await program.parseAsync(args, { from: 'user' });
    return 0;
  } catch (thrown) {
    if (thrown instanceof CommanderError && thrown.exitCode === 0) return 0;
    const { lines, exitCode } =
      thrown instanceof CommanderError
        ? usage(thrown, verb)
        : (await import('./farewell.ts')).farewell(thrown);
    for (const line of lines)
      process.stderr.write(`tombolo${verb === undefined ? '' : ` ${verb}`}: ${line}\n`);
    return exitCode;
  }
}

/** The program with the whole command of the verb that is asked for, and the mere names of the others. */
async function programFor(asked: string | undefined): Promise<Command> {
  const program = quiet(new Command('tombolo'))
    .version(versionLine(), '--version', 'print the version')
    .description('Kubernetes Services across clusters, by name, down to each pod')
    .showSuggestionAfterError(true);
  for (const [name, { summary, load }] of Object.entries(VERBS)) {
    program.addCommand(quiet(name === asked ? await load(summary) : new Command(name).summary(summary)));
  }
  return program;
}

/** Throws instead of exiting, and leaves what is said about mistakes to runCommandLine. */
function quiet(command: Command): Command {
  return command
    .exitOverride()
    .allowExcessArguments(false)
    .configureOutput({ outputError: () => {} });
}

function usage(error: CommanderError, verb: string | undefined): { lines: string[]; exitCode: number } {
  const help = `tombolo${verb === undefined ? '' : ` ${verb}`} --help`;
  // Without a verb commander answers with the whole help, which it has written by now.
  if (error.code === 'commander.help') return { lines: [`say what to run; see ${help}`], exitCode: 2 };
  const text = error.message
    .replace(/^error: /, '')
    .replaceAll('\n', ' ')
    .replace(/\.$/, '');
  return { lines: [`${text}; see ${help}`], exitCode: 2 };
}
