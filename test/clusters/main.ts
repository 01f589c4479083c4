import { join } from 'node:path';
import { type ClustersCommand, parseClustersCommand, USAGE } from './arguments.ts';
import { chooseProvider } from './choose.ts';
import { describeSet, writeSharedKubeconfig } from './describe.ts';
import { sweep } from './machine/sweep.ts';
import { workspaceRoot } from './machine/workspace.ts';
import { Progress } from './progress.ts';
import type { ProviderName } from './provider.ts';
import { type ClusterSet, startClusters } from './start.ts';

const CRDS = join(import.meta.dirname, '..', '..', 'crds');
const USUAL_LOAD_MS = 7_000;
const [OK, FAILED, USAGE_ERROR, INTERRUPTED] = [0, 1, 2, 130];

let command: ClustersCommand;
try {
  command = parseClustersCommand(process.argv.slice(2));
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : error}\n\n${USAGE}`);
  process.exit(USAGE_ERROR);
}
process.exit(await run(command));

async function run(command: ClustersCommand): Promise<number> {
  switch (command.verb) {
    case 'help':
      process.stdout.write(USAGE);
      return OK;
    case 'clean': {
      const removed = sweep(workspaceRoot(), { kept: true });
      process.stdout.write(removed.length === 0 ? 'nothing to clean\n' : `ended ${removed.join(', ')}\n`);
      return OK;
    }
    case 'start':
      return await startAndStay(command);
  }
}

type StartCommand = Extract<ClustersCommand, { verb: 'start' }>;

async function startAndStay(command: StartCommand): Promise<number> {
  const { members, json, pods, stack } = command;
  const progress = new Progress();
  // While starting, leaving at once is right: the exit handler of the workspace ends what was started.
  const leave = () => process.exit(INTERRUPTED);
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, leave);
  let set: ClusterSet;
  try {
    const provider = await chooseProvider();
    if (pods && !provider.capabilities.has('nodes')) throw new Error(`--pods: ${noNodes(provider.name)}`);
    set = await startClusters(
      {
        hub: { name: 'hub', controllers: true, stack, crds: [join(CRDS, 'hub')] },
        members: members.map((name) => ({
          name,
          stack,
          ...(pods ? { node: true } : { pods: true }),
          dns: true,
          crds: [join(CRDS, 'multicluster')],
        })),
      },
      { progress, signals: 'caller', provider },
    );
    if (pods) await loadImages(set, command, progress);
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : error}\n`);
    return FAILED;
  }
  const kubeconfig = writeSharedKubeconfig(set);
  process.stdout.write(json ? `${JSON.stringify(describeSet(set, kubeconfig))}\n` : text(set, kubeconfig));
  await signalled(leave);
  await progress.during('stop', {}, () => set.stop());
  return OK;
}

function noNodes(provider: ProviderName): string {
  return provider === 'go'
    ? 'real nodes need Linux and root: they are made of namespaces, mounts and a bridge (docs/testing.md)'
    : `the ${provider} provider starts no nodes; TEST_CLUSTER_PROVIDER=go or docker does (docs/testing.md)`;
}

/** A set that cannot be given its images is no use: the exit handler of its workspace ends it. */
async function loadImages(
  set: ClusterSet,
  { images, toolbox }: StartCommand,
  progress: Progress,
): Promise<void> {
  if (images.length + toolbox.length === 0) return;
  await progress.during('load images into the nodes', { usualMs: USUAL_LOAD_MS }, () =>
    Promise.all(
      set.members.map(async ({ node }) => {
        for (const path of images) await node.loadImage(path);
        if (toolbox.length > 0) await node.loadToolbox(toolbox);
      }),
    ),
  );
}

/** Resolves at the first signal; a second one leaves at once. */
function signalled(leave: () => void): Promise<void> {
  return new Promise((resolve) => {
    // Signal handlers alone keep no process alive.
    const awake = setInterval(() => {}, 60_000);
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
      process.off(signal, leave);
      process.once(signal, () => {
        clearInterval(awake);
        process.once(signal, leave);
        resolve();
      });
    }
  });
}

function text(set: ClusterSet, kubeconfig: string): string {
  const { members } = describeSet(set, kubeconfig);
  const lines = members.map(({ context, dns }) => `  ${context}${dns === undefined ? '' : `   DNS ${dns}`}`);
  return [
    '',
    `export KUBECONFIG=${kubeconfig}`,
    'contexts:',
    '  hub',
    ...lines,
    '',
    'Ctrl-C ends them all.',
    '',
  ].join('\n');
}
