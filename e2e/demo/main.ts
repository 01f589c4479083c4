import { parseArgs } from 'node:util';
import { Progress } from '#test/clusters/progress.ts';
import { containers } from './containers.ts';
import { objects } from './objects.ts';
import { isGood, jsonReport, textReport, whatToTry } from './report.ts';
import { startRig } from './rig.ts';
import { tellStory } from './story.ts';

const USAGE = `usage: npm run demo -- [--pods] [--keep] [--json] [--image FOLDER]

  --pods   pods that really run, on one node a member: who answers is read from a connection, not from DNS
  --keep   leave everything running until Ctrl-C, and say what to try
  --json   print one JSON object at the end: {ok, answers, steps}
  --image  run Tombolo from this OCI image layout (npm run image), not from the sources
`;

async function main(): Promise<number> {
  const options = readOptions();
  if (options === undefined) return 2;
  const progress = new Progress();
  // Ctrl-C at any moment: the clusters' workspace ends all that runs in it before the signal ends this process.
  const rig = await startRig(progress, { nodes: options.pods, image: options.image });
  try {
    const scene = options.pods ? containers(rig) : objects(rig);
    const steps = await tellStory(rig, scene, progress);
    process.stdout.write(options.json ? `${jsonReport(steps)}\n` : textReport(steps, scene.headings));
    if (options.keep) {
      progress.note(whatToTry(rig));
      await forEver();
    }
    return isGood(steps) ? 0 : 1;
  } finally {
    await rig.stop();
  }
}

interface Options {
  pods: boolean;
  keep: boolean;
  json: boolean;
  image: string | undefined;
}

function readOptions(): Options | undefined {
  try {
    const { values } = parseArgs({
      options: {
        pods: { type: 'boolean', default: false },
        keep: { type: 'boolean', default: false },
        json: { type: 'boolean', default: false },
        image: { type: 'string' },
      },
    });
    return { ...values, image: values.image };
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : error}\n${USAGE}`);
    return undefined;
  }
}

/** Holds the process open: nothing else does while everything is quiet. */
function forEver(): Promise<never> {
  return new Promise(() => setInterval(() => {}, 60_000));
}

process.exitCode = await main().catch((error: unknown) => {
  process.stderr.write(`the demo failed: ${error instanceof Error ? error.message : error}\n`);
  return 1;
});
