import type { Command, Option } from 'commander';

/** What completion is made of. */
export interface Completing {
  /** The words after the program's name; the last one is being typed and may be empty. */
  words: readonly string[];
  verbs: readonly string[];
  load: (verb: string) => Promise<Command>;
  /** The contexts of the kubeconfigs. */
  contexts: () => Promise<readonly string[]>;
}

/** What the last word may become, in the order of the help. Nothing where any text will do. */
export async function candidates({ words, verbs, load, contexts }: Completing): Promise<string[]> {
  const typed = words.at(-1) ?? '';
  const before = words.slice(0, -1);
  const verb = before.find((word) => verbs.includes(word));
  const all = verb === undefined ? [...verbs, '--help', '--version'] : await ofVerb(verb);
  return all.filter((candidate) => candidate.startsWith(typed));

  async function ofVerb(name: string): Promise<readonly string[]> {
    const { command, after } = innermost(await load(name), before.slice(before.indexOf(name) + 1));
    const option = takesValue(command, before.at(-1));
    if (option !== undefined) {
      if (/^--(hub-)?context$/.test(option.long ?? '')) return contexts();
      return option.argChoices ?? [];
    }
    if (typed.startsWith('-')) {
      return [...command.options.map(({ long, short }) => long ?? short ?? ''), '--help'];
    }
    const given = after.filter(
      (word, index) => !word.startsWith('-') && takesValue(command, after[index - 1]) === undefined,
    );
    const subcommands = given.length === 0 ? command.commands.map((each) => each.name()) : [];
    return [...subcommands, ...(command.registeredArguments[given.length]?.argChoices ?? [])];
  }
}

/** The command that the last words are for, and the words after its name. */
function innermost(
  command: Command,
  after: readonly string[],
): { command: Command; after: readonly string[] } {
  const at = after.findIndex(
    (word, index) => !word.startsWith('-') && takesValue(command, after[index - 1]) === undefined,
  );
  const subcommand = command.commands.find((each) => each.name() === after[at]);
  return subcommand === undefined ? { command, after } : innermost(subcommand, after.slice(at + 1));
}

/** The option that this word is, where the next word is its value. */
function takesValue(command: Command, word: string | undefined): Option | undefined {
  return command.options.find(
    (option) => option.required && word !== undefined && [option.short, option.long].includes(word),
  );
}
