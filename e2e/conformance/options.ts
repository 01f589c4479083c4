import { parseArgs } from 'node:util';
import type { Stack } from '#test/clusters/addresses.ts';
import type { GivenContext } from './measured/given.ts';

/** What `npm run test:conformance` was asked for. */
export interface Options {
  /** Which clusters: some that it starts, or some that are there. */
  set:
    | { start: { stack: Stack; members: number } }
    | { use: { kubeconfig: string; contexts: readonly GivenContext[]; image: string } };
  /** The folder that gets report.yaml and the page. */
  report: string;
  /** Only specs whose ids begin with this; no report is written then. */
  only: string | undefined;
  /** A failed optional spec fails the run, too. */
  strict: boolean;
}

export const USAGE = `npm run test:conformance -- [options]

Holds Tombolo against KEP-1645, line by line, by real requests from pods in every cluster.

  --stack ipv4|ipv6|dual   the address families of the clusters it starts (default ipv4)
  --members 2|3            how many members it starts (default 2)
  --kubeconfig FILE        use clusters that are there, with an implementation that runs in them
  --contexts a,b           their contexts, two at least; <id>=<context> where the cluster's id is another name
  --image IMAGE            what the suite's pods run there: an image with sh, socat and dig
  --report FOLDER          where report.yaml and the page go (default docs/conformance, or .tombolo/conformance
                           for clusters that are there)
  --only PREFIX            only the specs whose ids begin so; no report is written
  --strict                 optional specs have to pass as well
  --help                   this text
`;

/** Reads the command line; undefined: help is wanted. @throws Error with one sentence that says what is wrong. */
export function parseOptions(args: readonly string[]): Options | undefined {
  const { values } = parseArgs({
    args: [...args],
    options: {
      stack: { type: 'string' },
      members: { type: 'string' },
      kubeconfig: { type: 'string' },
      contexts: { type: 'string' },
      image: { type: 'string' },
      report: { type: 'string' },
      only: { type: 'string' },
      strict: { type: 'boolean' },
      help: { type: 'boolean', short: 'h' },
    },
  });
  if (values.help) return undefined;
  const set = values.contexts === undefined ? started(values) : given(values);
  return {
    set,
    report: values.report ?? ('start' in set ? 'docs/conformance' : '.tombolo/conformance'),
    only: values.only,
    strict: values.strict ?? false,
  };
}

type Given = Partial<Record<'stack' | 'members' | 'kubeconfig' | 'contexts' | 'image', string>>;

function started({ stack = 'ipv4', members = '2', kubeconfig, image }: Given): Options['set'] {
  if (kubeconfig !== undefined || image !== undefined) {
    throw new Error('--kubeconfig and --image want --contexts: the clusters that are to be used');
  }
  if (members !== '2' && members !== '3') throw new Error(`--members ${members}: expected 2 or 3`);
  return { start: { stack: stackNamed(stack), members: Number(members) } };
}

function given({ stack, members, kubeconfig, contexts = '', image }: Given): Options['set'] {
  if (stack !== undefined || members !== undefined) {
    throw new Error(
      '--stack and --members are for clusters that are started, --contexts for clusters that are there',
    );
  }
  if (kubeconfig === undefined) throw new Error('--contexts wants --kubeconfig: the file that has them');
  if (image === undefined) throw new Error('--contexts wants --image: an image with sh, socat and dig');
  const read = contexts.split(',').filter(Boolean).map(contextIn);
  if (read.length < 2) throw new Error(`--contexts ${contexts}: expected two or more, separated by commas`);
  return { use: { kubeconfig, contexts: read, image } };
}

/** `zzzc=kind-zzzc`, or a context whose name is the id. */
function contextIn(text: string): GivenContext {
  const [id = '', ...rest] = text.split('=');
  return { id, context: rest.length === 0 ? id : rest.join('=') };
}

function stackNamed(stack: string): Stack {
  switch (stack) {
    case 'ipv4':
    case 'ipv6':
    case 'dual':
      return stack;
    default:
      throw new Error(`--stack ${stack}: expected ipv4, ipv6 or dual`);
  }
}
