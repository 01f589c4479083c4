import { type Ran, tombolo } from '#test/driver/command-line.ts';

/** By which kubeconfig the program runs, and where its compiled code may lie. */
export interface Given {
  kubeconfig: string;
  cache: string;
}

/** Runs the program as a process; no word of the line may hold a space. */
export function program(line: string, given: Given): Promise<Ran> {
  return tombolo(line.split(' '), given).ended;
}

interface Told {
  from: string;
  to?: string;
  hops: { hop: string; cluster: string; result: string; id?: string; says: string; fix?: string }[];
}

/** The paths of a trace, and `hop in cluster: id` of each hop that is broken. */
export async function tracedBy(
  line: string,
  given: Given,
): Promise<{ code: number | null; paths: Told[]; broken: string[] }> {
  const { code, out, err } = await program(`trace ${line} -o json`, given);
  if (out === '') throw new Error(err.join('\n'));
  const { paths }: { paths: Told[] } = JSON.parse(out);
  const broken = paths.flatMap(({ hops }) =>
    hops
      .filter(({ result }) => result === 'broken')
      .map(({ hop, cluster, id }) => `${hop} in ${cluster}: ${id}`),
  );
  return { code, paths, broken };
}

interface Checked {
  id: string;
  context: string;
  result: string;
  error?: string;
  hint?: string;
}

/** All checks that were made, and `id context result` of those that are not well. */
export async function checkedBy(
  line: string,
  given: Given,
): Promise<{ code: number | null; success: boolean; all: Checked[]; troubles: string[] }> {
  const { code, out, err } = await program(`check ${line} -o json`, given);
  if (out === '') throw new Error(err.join('\n'));
  const { success, categories }: { success: boolean; categories: { checks: Checked[] }[] } = JSON.parse(out);
  const all = categories.flatMap(({ checks }) => checks);
  const troubles = all
    .filter(({ result }) => result === 'error' || result === 'warning')
    .map(({ id, context, result }) => `${id} ${context} ${result}`);
  return { code, success, all, troubles };
}
