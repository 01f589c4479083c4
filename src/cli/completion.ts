import { Argument, Command } from 'commander';

/** Each script asks the program itself, by its hidden verb `__complete`, what the last word may become. */
const SCRIPTS = {
  bash: `_tombolo() {
  local IFS=$'\\n'
  COMPREPLY=($(tombolo __complete -- "\${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null))
}
complete -o default -F _tombolo tombolo
`,
  zsh: `#compdef tombolo
_tombolo() {
  local -a found
  found=(\${(f)"$(tombolo __complete -- "\${(@)words[2,CURRENT]}" 2>/dev/null)"})
  if (( \${#found} )); then compadd -a found; else _files; fi
}
compdef _tombolo tombolo
`,
  fish: `complete -c tombolo -f -a '(tombolo __complete -- (commandline -opc)[2..] (commandline -ct) 2>/dev/null)'
`,
} as const;

type Shell = keyof typeof SCRIPTS;

/** `tombolo completion SHELL`: prints a script to be sourced. */
export function completionCommand(summary: string): Command {
  const shell = new Argument('<shell>', 'whose script').choices(Object.keys(SCRIPTS));
  return new Command('completion')
    .summary(summary)
    .description(summary)
    .addArgument(shell)
    .action((name: Shell) => {
      process.stdout.write(SCRIPTS[name]);
    });
}

/** What the hidden verb prints is up to the program, which knows all verbs. */
export function completeCommand(complete: (words: readonly string[]) => Promise<readonly string[]>): Command {
  return new Command('__complete').argument('[words...]').action(async (words: string[]) => {
    const found = await complete(words);
    process.stdout.write(found.map((candidate) => `${candidate}\n`).join(''));
  });
}
