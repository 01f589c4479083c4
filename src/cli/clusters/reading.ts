import type { KubeObject, Resource } from '#apis/meta.ts';
import type { ListOptions } from '#src/kube/client.ts';
import { farewell } from '../farewell.ts';
import type { Target } from './targets.ts';

/** Items of one page: a whole cluster's slices in one reply would be many megabytes. */
const PAGE = 500;

/** Reads all objects that match, page by page. Rejects as a KubeClient does. */
export async function listAll<T extends KubeObject>(
  { client, timeoutMs }: Pick<Target, 'client' | 'timeoutMs'>,
  resource: Resource<T>,
  query: Pick<ListOptions, 'namespace' | 'labelSelector' | 'fieldSelector'> = {},
): Promise<T[]> {
  const items: T[] = [];
  const onItem = (item: T) => void items.push(item);
  let page = await client.listEach(resource, { ...query, limit: PAGE, timeoutMs }, onItem);
  while (page.continue !== undefined) {
    const next = { ...query, limit: PAGE, timeoutMs, continue: page.continue };
    page = await client.listEach(resource, next, onItem);
  }
  return items;
}

/** What came of asking several clusters at once: the answers, and one line for each that gave none. */
export interface Answers<T> {
  answered: readonly { target: Target; value: T }[];
  failed: readonly { target: Target; line: string; exitCode: number }[];
}

/** Asks every cluster, each on its own: one that cannot be reached hides no other one's answer. */
export async function askEach<T>(
  targets: readonly Target[],
  read: (target: Target) => Promise<T>,
): Promise<Answers<T>> {
  const answered: { target: Target; value: T }[] = [];
  const failed: { target: Target; line: string; exitCode: number }[] = [];
  const settled = await Promise.allSettled(targets.map(read));
  for (const [index, result] of settled.entries()) {
    const target = targets[index];
    if (target === undefined) continue;
    if (result.status === 'fulfilled') {
      answered.push({ target, value: result.value });
      continue;
    }
    const { lines, exitCode } = farewell(result.reason);
    failed.push({ target, line: lines.join(' '), exitCode });
  }
  return { answered, failed };
}

/** The exit code for these failures: 3 where one is a cluster that was not reached. Undefined for none. */
export function worst(failed: readonly { exitCode: number }[]): 1 | 3 | undefined {
  if (failed.length === 0) return undefined;
  return failed.some(({ exitCode }) => exitCode === 3) ? 3 : 1;
}
