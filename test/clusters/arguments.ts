import { parseArgs } from 'node:util';
import { STACKS, type Stack } from './addresses.ts';

/** What `npm run clusters` was asked for. */
export type ClustersCommand =
  | {
      verb: 'start';
      members: readonly string[];
      json: boolean;
      pods: boolean;
      stack: Stack;
      images: readonly string[];
      toolbox: readonly string[];
    }
  | { verb: 'clean' }
  | { verb: 'help' };

export const USAGE = `npm run clusters -- [options]

Starts a hub and members, writes one kubeconfig with a context for each, and stays until Ctrl-C.

  --members N      how many members (default 3)
  --names a,b,c    their names (default zzzc, shbt, bjpdc, member4, …)
  --pods           each member gets a real node, on which pods run and packets flow (Linux, root)
  --stack S        address families: ipv4 (default), ipv6 or dual
  --image PATH     with --pods: load this image into every node, an archive or a folder in OCI layout; repeatable
  --toolbox NAME   with --pods: load an image with sh, nc, dig, socat and curl under this full name; repeatable
  --json           print one line of JSON on stdout once all is ready
  --clean          end the clusters that earlier runs kept or left behind, and exit
  --help           this text
`;

const NAMES = ['zzzc', 'shbt', 'bjpdc'];
const MOST = 50;
/** Each has containers, a kubelet, images of its own, and takes some of the inotify instances that a user has. */
const MOST_WITH_PODS = 5;

/** Reads the command line. @throws Error with one sentence that says what is wrong. */
export function parseClustersCommand(args: readonly string[]): ClustersCommand {
  const { values } = parseArgs({
    args: [...args],
    options: {
      members: { type: 'string' },
      names: { type: 'string' },
      pods: { type: 'boolean' },
      stack: { type: 'string' },
      image: { type: 'string', multiple: true },
      toolbox: { type: 'string', multiple: true },
      json: { type: 'boolean' },
      clean: { type: 'boolean' },
      help: { type: 'boolean', short: 'h' },
    },
  });
  if (values.help) return { verb: 'help' };
  if (values.clean) return { verb: 'clean' };
  const { pods = false, json = false, image: images = [], toolbox = [] } = values;
  if (!pods && images.length + toolbox.length > 0)
    throw new Error('--image and --toolbox need --pods: nodes to load into');
  const most = pods ? MOST_WITH_PODS : MOST;
  return {
    verb: 'start',
    members: memberNames(values.members, values.names, most),
    json,
    pods,
    stack: stackNamed(values.stack ?? 'ipv4'),
    images,
    toolbox,
  };
}

function stackNamed(name: string): Stack {
  const found = STACKS.find((stack) => stack === name);
  if (found === undefined) throw new Error(`--stack ${name}: expected ${STACKS.join(', ')}`);
  return found;
}

function memberNames(count: string | undefined, list: string | undefined, most: number): string[] {
  const given = list === undefined ? undefined : list.split(',');
  const wanted = count === undefined ? (given?.length ?? NAMES.length) : Number(count);
  if (!Number.isInteger(wanted) || wanted < 0 || wanted > most) {
    throw new Error(`--members ${count}: expected a number from 0 to ${most}`);
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
