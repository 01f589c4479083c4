import { parseArgs } from 'node:util';

/** What `npm run clusters` was asked for. */
export type ClustersCommand =
  | { verb: 'start'; members: readonly string[]; json: boolean }
  | { verb: 'clean' }
  | { verb: 'help' };

export const USAGE = `npm run clusters -- [options]

Starts a hub and members, writes one kubeconfig with a context for each, and stays until Ctrl-C.

  --members N      how many members (default 3)
  --names a,b,c    their names (default zzzc, shbt, bjpdc, member4, …)
  --json           print one line of JSON on stdout once all is ready
  --clean          end the clusters that earlier runs kept or left behind, and exit
  --help           this text
`;

const NAMES = ['zzzc', 'shbt', 'bjpdc'];
const MOST = 50;

/** Reads the command line. @throws Error with one sentence that says what is wrong. */
export function parseClustersCommand(args: readonly string[]): ClustersCommand {
  const { values } = parseArgs({
    args: [...args],
    options: {
      members: { type: 'string' },
      names: { type: 'string' },
      json: { type: 'boolean' },
      clean: { type: 'boolean' },
      help: { type: 'boolean', short: 'h' },
    },
  });
  if (values.help) return { verb: 'help' };
  if (values.clean) return { verb: 'clean' };
  return { verb: 'start', members: memberNames(values.members, values.names), json: values.json ?? false };
}

function memberNames(count: string | undefined, list: string | undefined): string[] {
  const given = list === undefined ? undefined : list.split(',');
  const wanted = count === undefined ? (given?.length ?? NAMES.length) : Number(count);
  if (!Number.isInteger(wanted) || wanted < 0 || wanted > MOST) {
    throw new Error(`--members ${count}: expected a number from 0 to ${MOST}`);
  }
  const first = given ?? NAMES;
  if (given !== undefined && given.length > wanted) {
    throw new Error(`--names has ${given.length} names for ${wanted} members`);
  }
  const names = Array.from({ length: wanted }, (_, i) => first[i] ?? `member${i + 1}`);
  for (const name of names) {
    if (!/^[a-z0-9]([-a-z0-9]{0,53}[a-z0-9])?$/.test(name)) {
      throw new Error(
        `--names: '${name}' is no cluster id: 1 to 55 of a-z, 0-9 and '-', beginning and ending with a letter or digit`,
      );
    }
  }
  const twice = ['hub', ...names].find((name, i, all) => all.indexOf(name) !== i);
  if (twice !== undefined) throw new Error(`--names: '${twice}' appears twice ('hub' is the hub's)`);
  return names;
}
