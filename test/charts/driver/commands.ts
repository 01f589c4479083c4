import { dirname } from 'node:path';
import { Tool } from './helm.ts';

/** The lines that a text shows as commands: indented by four blanks, after the line that is `heading`. */
export function commandsOf(text: string, heading: string): string[] {
  const lines = text.split('\n');
  const from = lines.indexOf(heading);
  if (from < 0) throw new Error(`there is no line "${heading}" in:\n${text}`);
  const rest = lines.slice(from + 1);
  const end = rest.findIndex((line) => line !== '' && !line.startsWith('    '));
  return rest
    .slice(0, end < 0 ? rest.length : end)
    .filter((line) => line !== '')
    .map((line) => line.slice(4));
}

export interface CommandPlace {
  /** Where they run, and where their files are. */
  folder: string;
  env: Readonly<Record<string, string>>;
  /** The helm and kubectl that they mean. */
  tools: { helm: Tool; kubectl: Tool };
}

/** Runs commands as a person would type them; the first that fails ends it. @throws CommandError */
export function runCommands(
  commands: readonly string[],
  { folder, env, tools }: CommandPlace,
): Promise<string> {
  const path = [tools.helm, tools.kubectl].map((tool) => dirname(tool.path));
  const shell = new Tool('/bin/bash', {
    ...env,
    HOME: folder,
    PATH: [...path, process.env['PATH']].join(':'),
  });
  return shell.run(['--norc', '-euo', 'pipefail', '-c', `cd ${folder}\n${commands.join('\n')}`]);
}
