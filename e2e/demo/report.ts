import { writeSharedKubeconfig } from '#test/clusters/describe.ts';
import type { Rig } from './rig.ts';
import type { Step } from './story.ts';
import { type Answer, answerTable, isRight, news } from './table.ts';

/** True if every answer of every step was right. */
export function isGood(steps: readonly Step[]): boolean {
  return steps.every(({ ok, answers }) => ok && answers.every(isRight));
}

/** The whole outcome for programs: `{ok, answers: [{name, askedIn, protocol, got, want}], steps: [{name, ok, ms}]}`. */
export function jsonReport(steps: readonly Step[]): string {
  return JSON.stringify({
    ok: isGood(steps),
    answers: steps.flatMap(({ answers }) => answers),
    steps: steps.map(({ name, ok, ms }) => ({ name, ok, ms })),
  });
}

/** The whole outcome for people: the full table once, after it what each step changed, and a summary. */
export function textReport(steps: readonly Step[], headings: readonly string[]): string {
  const answers = steps.flatMap((step) => step.answers);
  const right = answers.filter(isRight).length;
  const good = steps.filter(({ ok }) => ok).length;
  return [
    ...steps.flatMap((step, index) => [
      '',
      `${index + 1}. ${step.name}`,
      '',
      ...indented(answerTable(headings, changes(steps, index))),
    ]),
    '',
    ...steps.map(({ name, ok, ms }) => `${ok ? 'ok   ' : 'WRONG'} ${String(ms).padStart(6)} ms  ${name}`),
    '',
    `${right} of ${answers.length} answers right, ${good} of ${steps.length} steps.`,
    '',
  ].join('\n');
}

/** What to do with a rig that stays up. */
export function whatToTry({ clusters, dns }: Rig): string {
  const config = writeSharedKubeconfig(clusters);
  const [first] = dns;
  return [
    '',
    'Everything keeps running until Ctrl-C. Contexts hub, zzzc, shbt and bjpdc are in one kubeconfig:',
    `  export KUBECONFIG=${config}`,
    'Try:',
    '  kubectl --context zzzc get serviceimports,endpointslices -n prod',
    '  kubectl --context hub get tombolo -A',
    `  dig @${first?.server} -p ${first?.port} db-0.zzzc.db.prod.svc.clusterset.local`,
  ].join('\n');
}

function changes(steps: readonly Step[], index: number): Answer[] {
  const answers = steps[index]?.answers ?? [];
  return index === 0 ? answers : news(steps[index - 1]?.answers ?? [], answers);
}

function indented(lines: readonly string[]): string[] {
  return lines.map((line) => `   ${line}`);
}
