import { IDENTITY_NAMESPACE, namespaces } from '#apis/kubernetes/namespace.ts';
import { serviceImports } from '#apis/multicluster/service-import.ts';
import type { MemberRow } from '#controllers/view/members.ts';
import {
  describeProblem,
  exportProblems,
  importProblems,
  memberProblems,
  type NextCommands,
  type Problem,
} from '#controllers/view/problems.ts';
import {
  type ClusterContent,
  type ClusterStatus,
  clusterStatus,
  ownClusterId,
  STATUS_COLUMNS,
} from '#controllers/view/status.ts';
import { isForbidden } from '#src/kube/errors.ts';
import type { Clock } from '#src/runtime/clock.ts';
import { systemClock } from '#src/runtime/system-clock.ts';
import { sameClusters } from '../cluster-options.ts';
import { askEach, listAll, worst } from '../clusters/reading.ts';
import { milliseconds, openTargets, type Target, type Targets } from '../clusters/targets.ts';
import { Exit } from '../exit.ts';
import { renderDocument } from '../output/document.ts';
import { print, say } from '../output/print.ts';
import { renderTable } from '../output/table.ts';
import type { StatusOptions } from '../status-options.ts';
import { clusters, exports, imports, type Query, selection } from './listings.ts';

/** How things stood at one look. */
interface Look {
  clusters: ClusterStatus[];
  problems: Problem[];
  failed: { line: string; exitCode: number }[];
}

const LOOK_EVERY_MS = 1_000;

/**
 * Prints how each cluster is, and every problem with the command to run. With `wait` it looks again until there is
 * no problem, and says on standard error what it waits for. Throws an Exit where a problem is left: 3 where a
 * cluster gave no answer.
 */
export async function status(options: StatusOptions, program: string): Promise<void> {
  const clock = systemClock();
  const timeout = milliseconds('--timeout', options.timeout);
  const targets = openTargets(options, clock);
  const next: NextCommands = {
    program,
    clusters: sameClusters(options),
    kubeconfig: sameClusters({ ...(options.kubeconfig !== undefined && { kubeconfig: options.kubeconfig }) }),
  };
  try {
    const query: Query = {
      name: undefined,
      allNamespaces: options.namespace === undefined,
      selector: undefined,
    };
    const look = () => lookOnce(targets, query, next);
    const last = options.wait ? await lookUntilWell(look, clock, timeout) : await look();
    await show(last, options);
    const exitCode = worst(last.failed) ?? (last.problems.length > 0 ? 1 : undefined);
    const late = options.wait ? [`not all is well after ${options.timeout}`] : [];
    if (exitCode !== undefined) throw new Exit(exitCode, [...last.failed.map(({ line }) => line), ...late]);
  } finally {
    await targets.close();
  }
}

async function lookUntilWell(look: () => Promise<Look>, clock: Clock, timeout: number): Promise<Look> {
  const started = clock.monotonic();
  let said = '';
  for (;;) {
    const now = await look();
    const elapsed = clock.monotonic() - started;
    const [line] = [
      ...now.failed.map((failure) => failure.line),
      ...now.problems.map(
        ({ context, about, reason, message }) => `${context}: ${about}: ${reason}: ${message}`,
      ),
    ];
    if (line === undefined) return now;
    const more = now.failed.length + now.problems.length - 1;
    const waiting = more > 0 ? `${line} (and ${more} more)` : line;
    if (waiting !== said)
      say(`waiting (${Math.floor(elapsed / 1000)}s of ${timeout / 1000}s) for ${waiting}`);
    said = waiting;
    if (elapsed >= timeout) return now;
    await new Promise((resolve) => setTimeout(resolve, Math.min(LOOK_EVERY_MS, timeout - elapsed)));
  }
}

async function lookOnce({ members, hub }: Targets, query: Query, next: NextCommands): Promise<Look> {
  const [answers, ofHub] = await Promise.all([
    askEach(members, (target) => readMember(target, query)),
    askEach(hub === undefined ? [] : [hub], (target) => clusters.read(target, query)),
  ]);
  const known = ofHub.answered.flatMap(({ value }) => value);
  const contents = new Map(
    answers.answered.map(({ target, value }) => [target, contentOf(value, known)] as const),
  );
  const problems = [...contents].flatMap(([{ context }, content]) => [
    ...exportProblems(context, content.exports, next),
    ...importProblems(context, content.imports, next),
  ]);
  return {
    clusters: members.map((target) => clusterStatus(target.context, contents.get(target))),
    problems: [...problems, ...(hub === undefined ? [] : memberProblems(hub.context, known, next))],
    failed: [...answers.failed, ...ofHub.failed],
  };
}

type MemberAnswer = Awaited<ReturnType<typeof readMember>>;

async function readMember(target: Target, query: Query) {
  const { client, timeoutMs } = target;
  const [exported, imported, objects, identity] = await Promise.all([
    exports.read(target, query),
    imports.read(target, query),
    listAll(target, serviceImports, selection(target, query)),
    // Who may read his own namespaces only is shown without the cluster's id.
    orNothing(client.get(namespaces, { name: IDENTITY_NAMESPACE }, { timeoutMs })),
  ]);
  return { exported, imported, id: ownClusterId(identity, objects), uid: identity?.metadata.uid };
}

function contentOf(
  { exported, imported, id, uid }: MemberAnswer,
  known: readonly MemberRow[],
): ClusterContent {
  const member = known.find(({ clusterUID }) => uid !== undefined && clusterUID === uid);
  return { exports: exported, imports: imported, cluster: member?.name ?? id, member };
}

async function orNothing<T>(reading: Promise<T>): Promise<T | undefined> {
  try {
    return await reading;
  } catch (error) {
    if (isForbidden(error)) return undefined;
    throw error;
  }
}

async function show(look: Look, { output }: StatusOptions): Promise<void> {
  const { clusters: rows, problems } = look;
  if (output !== undefined) return print(await renderDocument({ clusters: rows, problems }, output));
  const table = renderTable(STATUS_COLUMNS, rows, { wide: false, now: Date.now() });
  await print(problems.length === 0 ? table : `${table}\n${problems.map(describeProblem).join('')}`);
}
