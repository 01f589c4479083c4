import { envName, type Setting, type Settings } from '#src/config/settings.ts';
import { markdownTable } from './table.ts';

/** The settings of one subcommand as a table: what is typed, what is set, what counts otherwise, what it does. */
export function settingsTable(settings: Settings): string {
  const rows = Object.values(settings).map((setting) => {
    const value = setting.placeholder === undefined ? '' : ` ${setting.placeholder}`;
    return [`\`--${setting.flag}${value}\``, `\`${envName(setting)}\``, otherwise(setting), setting.help];
  });
  return markdownTable(['flag', 'variable', 'default', 'what it says'], rows);
}

function otherwise(setting: Setting): string {
  if (setting.default !== undefined) return `\`${setting.default}\``;
  return setting.schema.safeParse(undefined).success ? '' : '**required**';
}
