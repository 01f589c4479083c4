import { parseArgs } from 'node:util';
import { Progress } from '#test/clusters/progress.ts';
import { type Rig, startRig } from './rig.ts';
import { type Outcome, tellStory } from './story.ts';
import { answerTable, isRight } from './table.ts';

const USAGE = `usage: npm run demo -- [--keep] [--json]

  --keep   leave everything running until Ctrl-C, and say what to try
  --json   print one JSON object at the end: {ok, answers, steps}
`;

const progress = new Progress();

async function main(): Promise<number> {
  const options = readOptions();
  if (options === undefined) return 2;
  // Ctrl-C at any moment: the clusters' workspace ends all that runs in it before the signal ends this process.
  const rig = await startRig(progress);
  try {
    const outcome = await tellStory(rig, progress);
    print(outcome, options.json);
    if (options.keep) {
      progress.note(whatToTry(rig));
      await forEver();
    }
    return isGood(outcome) ? 0 : 1;
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

function isGood({ answers, steps }: Outcome): boolean {
  return answers.every(isRight) && steps.every(({ ok }) => ok);
}

/** Holds the process open: nothing else does while everything is quiet. */
function forEver(): Promise<never> {
  return new Promise(() => setInterval(() => {}, 60_000));
}

function print(outcome: Outcome, json: boolean): void {
  const { answers, steps } = outcome;
  if (json) {
    process.stdout.write(`${JSON.stringify({ ok: isGood(outcome), answers, steps })}\n`);
    return;
  }
  const right = answers.filter(isRight).length;
  const lines = [
    ...answerTable(answers),
    '',
    ...steps.map(({ name, ok, ms }) => `${ok ? 'ok   ' : 'WRONG'}  ${String(ms).padStart(6)} ms  ${name}`),
    '',
    `${right} of ${answers.length} answers right, ${steps.filter(({ ok }) => ok).length} of ${steps.length} steps.`,
  ];
  process.stdout.write(`${lines.join('\n')}\n`);
}

function whatToTry(rig: Rig): string {
  const lines = ['', 'Everything keeps running until Ctrl-C. Kubeconfigs:'];
  for (const { name, kubeconfigPath } of [rig.clusters.hub, ...rig.clusters.members]) {
    lines.push(`  ${name.padEnd(6)} ${kubeconfigPath}`);
  }
  lines.push('', 'Try:');
  const [first] = rig.clusters.members;
  const [dns] = rig.dns;
  lines.push(`  kubectl --kubeconfig ${first?.kubeconfigPath} get serviceimports,endpointslices -n prod`);
  lines.push(`  kubectl --kubeconfig ${rig.clusters.hub.kubeconfigPath} get tombolo -A`);
  lines.push(`  dig @${dns?.server} -p ${dns?.port} db-0.zzzc.db.prod.svc.clusterset.local`);
  return lines.join('\n');
}

process.exitCode = await main().catch((error: unknown) => {
  process.stderr.write(`the demo failed: ${error instanceof Error ? error.message : error}\n`);
  return 1;
});
