import { CATALOGUE, describeCheck, findCheck } from '#controllers/view/checks/catalogue.ts';
import { ConfigError } from '#src/config/error.ts';
import { print } from '../output/print.ts';

/** Prints what is known of these checks; of all, one line each, where none is named. Throws a ConfigError for others. */
export async function explain(ids: readonly string[]): Promise<void> {
  if (ids.length === 0) {
    const lines = CATALOGUE.flatMap(({ checks }) => checks.map(({ id, title }) => `${id}   ${title}\n`));
    return print(lines.join(''));
  }
  const found = ids.map((id) => {
    const check = findCheck(id);
    if (check === undefined)
      throw new ConfigError([`no check has the id ${id}: \`explain\` alone lists all`]);
    return describeCheck(check);
  });
  await print(found.join('\n'));
}
