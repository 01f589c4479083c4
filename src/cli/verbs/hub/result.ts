import type { Manifest } from '#src/install/manifest.ts';
import { manifestResource } from '#src/install/manifest-path.ts';
import type { HubWritingOptions } from '../../hub-options.ts';
import type { Applied } from '../../installing/apply.ts';
import { renderDocument, renderObject } from '../../output/document.ts';
import { dryRunMark } from '../../output/dry-run.ts';
import { print, say } from '../../output/print.ts';

/** Prints what became of an object in one line, as kubectl has it; nothing where the objects themselves are printed. */
export async function printApplied(
  { manifest, outcome, why }: Applied,
  options: HubWritingOptions,
): Promise<void> {
  await printResult(manifest, why === undefined ? outcome : `${outcome}: ${why}`, options);
}

/** The same in other words. */
export async function printResult(
  manifest: Manifest,
  what: string,
  { dryRun, output }: HubWritingOptions,
): Promise<void> {
  const { namespace, name } = manifest.metadata;
  const where = namespace === undefined ? '' : ` in ${namespace}`;
  const { group, kind } = manifestResource(manifest);
  const type = [kind.toLowerCase(), group].filter((part) => part !== '').join('.');
  const line = `${type}/${name} ${what}${where}${dryRunMark(dryRun)}`;
  if (output === undefined) await print(`${line}\n`);
  else if (dryRun === undefined) say(line);
}

/** Prints objects so that `kubectl apply -f -` takes them. */
export async function printManifests(manifests: readonly Manifest[], output: 'yaml' | 'json'): Promise<void> {
  if (output === 'json') {
    return print(await renderDocument({ apiVersion: 'v1', kind: 'List', items: manifests }, output));
  }
  const documents = await Promise.all(manifests.map((manifest) => renderObject(manifest, output)));
  await print(documents.join(''));
}
