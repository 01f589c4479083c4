import { type Answers, worst } from '../clusters/reading.ts';
import type { Target } from '../clusters/targets.ts';
import { Exit } from '../exit.ts';
import { say } from '../output/print.ts';
import type { Column } from '../output/table.ts';

/** A row, and the context of the cluster that shows it. */
interface Placed {
  context: string;
  namespace?: string;
}

/** The columns that say where a row comes from: only where that differs from row to row. */
export function placeColumns(targets: readonly Target[], namespaces: boolean): Column<Placed>[] {
  return [
    ...(targets.length > 1 ? [{ title: 'CONTEXT', cell: ({ context }: Placed) => context }] : []),
    ...(namespaces ? [{ title: 'NAMESPACE', cell: ({ namespace = '' }: Placed) => namespace }] : []),
  ];
}

/** How a message names the namespaces that were looked at. */
export function namespacesOf(targets: readonly Target[]): string {
  const names = [...new Set(targets.map(({ namespace }) => namespace))];
  return names.length === 1 ? `namespace ${names[0]}` : `namespaces ${names.join(' and ')}`;
}

/** What there was to show. */
export interface Found {
  failed: Answers<unknown>['failed'];
  /** How many rows. */
  found: number;
  /** How messages name what was looked for. */
  kind: string;
  /** The one that was asked for. */
  name: string | undefined;
  /** ` in namespace prod`, or empty. */
  where: string;
}

/** Says what is missing. Throws an Exit where the one that was asked for is not there, or a cluster gave no answer. */
export function finish({ failed, found, kind, name, where }: Found): void {
  const exitCode = worst(failed);
  if (exitCode !== undefined)
    throw new Exit(
      exitCode,
      failed.map(({ line }) => line),
    );
  if (found > 0) return;
  if (name !== undefined) throw new Exit(1, [`no ${kind} named ${name}${where}`]);
  say(`No ${kind} found${where}.`);
}
