import type { KubeObject } from '#apis/meta.ts';
import { age } from '#src/cli/output/age.ts';
import type { Column } from '#src/cli/output/table.ts';
import { checkOf } from '../checks/catalogue.ts';

/** One step of a change on its way from a pod to a client in another cluster. */
export interface Hop {
  /** `Service`, `record`, `DNS over UDP`, … */
  hop: string;
  cluster: string;
  object: string;
  /** When the object was made, where it is one. */
  created?: string;
  result: 'ok' | 'broken' | 'not tried';
  /** What was found; of a hop that is not tried, why. */
  says: string;
  /** Of a broken one, the check that explains it. */
  id?: string;
  /** Of a broken one, the command to run. */
  fix?: string;
}

/** The way from one exporter to one importer; without `to`, the part of it that lies before any importer. */
export interface Path {
  from: string;
  to?: string;
  hops: Hop[];
}

/** Where a hop is. */
export interface At {
  hop: string;
  cluster: string;
  object: string;
}

export function passed(at: At, says: string, object?: KubeObject): Hop {
  return { ...at, ...createdOf(object), result: 'ok', says };
}

export function notTried(at: At, says: string): Hop {
  return { ...at, result: 'not tried', says };
}

/** Throws where the id is not in the catalogue. */
export function broken(at: At, id: string, says: string, fix: string, object?: KubeObject): Hop {
  return { ...at, ...createdOf(object), result: 'broken', says, id: checkOf(id).id, fix };
}

export function isBroken({ result }: Hop): boolean {
  return result === 'broken';
}

function createdOf(object: KubeObject | undefined): Pick<Hop, 'created'> {
  const created = object?.metadata.creationTimestamp;
  return created === undefined ? {} : { created };
}

export const HOP_COLUMNS: readonly Column<Hop>[] = [
  { title: 'HOP', cell: ({ hop }) => hop },
  { title: 'CLUSTER', cell: ({ cluster }) => cluster },
  { title: 'OBJECT', cell: ({ object }) => object },
  { title: 'AGE', cell: ({ created }, now) => (created === undefined ? '' : age(created, now)) },
  { title: 'RESULT', cell: resultOf },
];

function resultOf({ result, says, id }: Hop): string {
  if (result === 'broken') return `BROKEN ${id}: ${says}`;
  return says === '' ? result : `${result}: ${says}`;
}

/** Below a table: what a broken hop means and the command to run. */
export function describeFix({ id = '', fix = '' }: Hop, program: string): string {
  return `${id}: ${checkOf(id).hint}\n  run: ${fix}\n  more: ${program} explain ${id}\n`;
}
