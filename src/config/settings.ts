import type * as z from 'zod';
import { ConfigError } from './error.ts';

/** One setting: everything that is known of it stands here and nowhere else. */
export interface Setting<S extends z.ZodType = z.ZodType> {
  /** Without dashes: `cluster-id`. The environment variable's name follows from it: `TOMBOLO_CLUSTER_ID`. */
  flag: string;
  /** What stands for the value in the help; absent: a switch, which needs none. */
  placeholder?: string;
  help: string;
  /** What counts when nothing is given, in the words a person would give. */
  default?: string;
  /** From the text that was given, or undefined, to the value. */
  schema: S;
}

/** The settings of one subcommand by their names in the code. */
export type Settings = Record<string, Setting>;

/** The validated values of some settings. */
export type ConfigOf<T extends Settings> = { [K in keyof T]: z.output<T[K]['schema']> };

/** Where values come from. Flags win over the environment, the environment over defaults. */
export interface Given {
  /** By flag name, without dashes. A switch is true. */
  flags: Readonly<Record<string, string | boolean | undefined>>;
  env: Readonly<Record<string, string | undefined>>;
}

/** Name of the setting's environment variable. */
export function envName(setting: Setting): string {
  return `TOMBOLO_${setting.flag.replaceAll('-', '_').toUpperCase()}`;
}

/**
 * Reads and validates all settings at once. `rules` looks at what several settings say together and
 * returns a line for each mistake. Throws ConfigError with one line for every mistake found.
 */
export function readSettings<const T extends Settings>(
  settings: T,
  given: Given,
  rules: (config: ConfigOf<T>) => string[] = () => [],
): ConfigOf<T> {
  const lines: string[] = [];
  const values: Record<string, unknown> = {};
  for (const [name, setting] of Object.entries(settings)) {
    const { value, where } = source(setting, given);
    const parsed = setting.schema.safeParse(value);
    if (parsed.success) values[name] = parsed.data;
    else lines.push(mistake(setting, value, where, parsed.error));
  }
  if (lines.length > 0) throw new ConfigError(lines);
  // The loop above has put the output of every schema under its own name.
  const config = values as ConfigOf<T>;
  const broken = rules(config);
  if (broken.length > 0) throw new ConfigError(broken);
  return config;
}

/** The text given for a setting, and where a person finds it. */
function source(setting: Setting, { flags, env }: Given): { value: string | undefined; where: string } {
  const flag = flags[setting.flag];
  if (flag !== undefined) return { value: String(flag), where: `--${setting.flag}` };
  const name = envName(setting);
  const value = env[name];
  // An empty variable is how charts and shells say "not given"; an empty flag is a mistake to report.
  if (value !== undefined && value !== '') return { value, where: name };
  return { value: setting.default, where: `--${setting.flag}` };
}

function mistake(setting: Setting, value: string | undefined, where: string, error: z.ZodError): string {
  const problem = error.issues[0]?.message ?? 'is not valid';
  if (value === undefined) return `--${setting.flag} is missing: give it, or set ${envName(setting)}`;
  return `${where}=${JSON.stringify(value)}: ${problem}`;
}
