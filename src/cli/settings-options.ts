import { Command, Option } from 'commander';
import { envName, type Given, type Settings } from '#src/config/settings.ts';

/** Makes the command of a verb with one option for every setting. */
export function commandOf(verb: string, summary: string, settings: Settings): Command {
  const command = new Command(verb).summary(summary).description(summary);
  for (const setting of Object.values(settings)) {
    const value = setting.placeholder === undefined ? '' : ` ${setting.placeholder}`;
    const shownDefault = setting.default === undefined || value === '' ? '' : `, default ${setting.default}`;
    const help = `${setting.help} (${envName(setting)}${shownDefault})`;
    command.addOption(new Option(`--${setting.flag}${value}`, help));
  }
  return command;
}

/** The flags as they were given to a command made by `commandOf`. */
export function flagsOf(command: Command): Given['flags'] {
  const flags: Record<string, string | boolean | undefined> = {};
  for (const option of command.options) {
    const value: unknown = command.getOptionValue(option.attributeName());
    if (typeof value === 'string' || typeof value === 'boolean') flags[option.name()] = value;
  }
  return flags;
}
