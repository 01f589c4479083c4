import { ValidReason } from '#apis/multicluster/conditions.ts';
import { type ExportRow, trouble, troubleId } from './exports.ts';
import type { ImportRow } from './imports.ts';
import { type MemberRow, memberTrouble } from './members.ts';
import type { Said } from './said.ts';

/** Something that is not as it should be, by a condition that says so. */
export interface Problem {
  context: string;
  /** `export prod/db`, `import prod/db`, `member zzzc`. */
  about: string;
  reason: string;
  message: string;
  /** Id of the check that explains it: `tombolo explain TB032`. */
  id: string;
  /** The command to run next. */
  next: string;
}

/** How the next command is to be written. */
export interface NextCommands {
  /** `tombolo`, or `kubectl tombolo`. */
  program: string;
  /** Flags that lead to the same clusters, with a space before each; empty for none. */
  clusters: string;
  /** The same for kubectl: where the kubeconfig is. */
  kubeconfig: string;
}

/** The problems of the exports of one cluster. */
export function exportProblems(context: string, rows: readonly ExportRow[], next: NextCommands): Problem[] {
  return rows.flatMap((row) => {
    const wrong = trouble(row);
    const { namespace, name } = row;
    const id = troubleId(row);
    if (id === undefined) return [];
    const look = `${next.program} get exports ${name} -n ${namespace} -o wide${next.clusters}`;
    const service = `kubectl${next.kubeconfig} --context ${context} -n ${namespace} get service ${name} -o yaml`;
    const ofService =
      wrong.reason === ValidReason.NoService || wrong.reason === ValidReason.InvalidServiceType;
    return [
      {
        context,
        about: `export ${namespace}/${name}`,
        ...told(wrong),
        id,
        next: ofService ? service : look,
      },
    ];
  });
}

/** The problems of the imports of one cluster. */
export function importProblems(context: string, rows: readonly ImportRow[], next: NextCommands): Problem[] {
  return rows
    .filter(({ ready }) => ready.status !== 'True')
    .map(({ namespace, name, ready }) => ({
      context,
      about: `import ${namespace}/${name}`,
      ...told(ready),
      id: 'TB040',
      next: `${next.program} get imports ${name} -n ${namespace} -o wide${next.clusters}`,
    }));
}

/** The problems of the members of a hub. */
export function memberProblems(context: string, rows: readonly MemberRow[], next: NextCommands): Problem[] {
  return rows.flatMap((row) => {
    const wrong = memberTrouble(row);
    if (wrong === row.claimed && wrong.status === 'True') return [];
    const look = `${next.program} get clusters ${row.name} -o wide${next.clusters}`;
    const id = wrong === row.reachable ? 'TB022' : 'TB021';
    return [{ context, about: `member ${row.name}`, ...told(wrong), id, next: look }];
  });
}

/** A condition that nobody has stated is a problem, too: whoever should state it does not run. */
function told({ reason, message }: Said): Pick<Problem, 'reason' | 'message'> {
  if (reason !== '') return { reason, message };
  return { reason: 'NotStated', message: 'no agent has said anything of it yet' };
}

/** Lines for people: what is wrong, and below it the command to run. */
export function describeProblem({ context, about, reason, message, id, next }: Problem): string {
  return `${context}: ${about}: ${reason}: ${message} (${id})\n  run: ${next}\n`;
}
