import { parseArgs } from 'node:util';
import { Progress } from '#test/clusters/progress.ts';
import { isGood, jsonReport, textReport, whatToTry } from './report.ts';
import { startRig } from './rig.ts';
import { tellStory } from './story.ts';

const USAGE = `usage: npm run demo -- [--keep] [--json]

  --keep   leave everything running until Ctrl-C, and say what to try
  --json   print one JSON object at the end: {ok, answers, steps}
`;

async function main(): Promise<number> {
  const options = readOptions();
  if (options === undefined) return 2;
  const progress = new Progress();
  // Ctrl-C at any moment: the clusters' workspace ends all that runs in it before the signal ends this process.
  const rig = await startRig(progress);
  try {
    const steps = await tellStory(rig, progress);
    process.stdout.write(options.json ? `${jsonReport(steps)}\n` : textReport(steps));
    if (options.keep) {
      progress.note(whatToTry(rig));
      await forEver();
    }
    return isGood(steps) ? 0 : 1;
  } finally {
    await rig.stop();
  }
}

function readOptions(): { keep: boolean; json: boolean } | undefined {
  try {
    const { values } = parseArgs({ options: { keep: { type: 'boolean' }, json: { type: 'boolean' } } });
    return { keep: values.keep ?? false, json: values.json ?? false };
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
