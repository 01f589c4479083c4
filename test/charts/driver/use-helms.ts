import { Progress } from '#test/clusters/progress.ts';
import { helms, type Tool } from './helm.ts';

/** Names of the Helms that every test of the charts runs with. */
export const HELMS: readonly string[] = process.env['HELM_BIN'] ? ['HELM_BIN'] : ['Helm 3', 'Helm 4'];

/** A Helm by its name, and kubectl. They are there since the run began (test/charts/prepare.ts). */
export async function toolsOf(name: string): Promise<{ helm: Tool; kubectl: Tool }> {
  const { helms: known, kubectl } = await helms(new Progress({ quietMs: 2_000 }));
  const found = known.find((helm) => helm.name === name);
  if (found === undefined) throw new Error(`there is no ${name}`);
  return { helm: found.helm, kubectl };
}
