import { serviceExports } from '#apis/multicluster/service-export.ts';
import { isNotFound } from '#src/kube/errors.ts';
import { systemClock } from '#src/runtime/system-clock.ts';
import { shellWord } from '../cluster-options.ts';
import { askEach } from '../clusters/reading.ts';
import { openTargets, type Target } from '../clusters/targets.ts';
import { Exit } from '../exit.ts';
import type { ExportOptions } from '../export-options.ts';
import { renderObject } from '../output/document.ts';
import { print, say } from '../output/print.ts';
import {
  type Asked,
  nextCommand,
  plainExport,
  readAsked,
  refusal,
  requireAll,
  resultLine,
} from './service-exports.ts';

/**
 * Deletes the ServiceExports of these Services; one that is not there is no failure. Nothing is deleted anywhere
 * unless every cluster has answered and the rights suffice: an Exit says what is in the way.
 */
export async function unexportServices(
  names: readonly string[],
  options: ExportOptions,
  program: string,
): Promise<void> {
  const targets = openTargets(options, systemClock());
  try {
    const gathered = await askEach(targets.members, (target) => readAsked(target, names, options));
    const answered = requireAll(gathered);
    const exported = answered.filter(({ value }) => value.some(({ serviceExport }) => serviceExport));
    if (options.dryRun !== 'client') {
      const refusals = await Promise.all(exported.map(({ target }) => refusal(target, 'delete')));
      const lines = refusals.filter((line) => line !== undefined);
      if (lines.length > 0) throw new Exit(1, lines);
    }
    for (const { target, value } of answered) {
      for (const asked of value) await unexport(target, asked, options);
    }
    const which = options.selector === undefined ? names.join(' ') : `-l ${shellWord(options.selector)}`;
    if (options.dryRun === undefined) say(nextCommand(program, 'get exports', options));
    else say(nextCommand(program, `unexport service ${which}`, options));
  } finally {
    await targets.close();
  }
}

async function unexport(
  target: Target,
  { name, serviceExport }: Asked,
  options: ExportOptions,
): Promise<void> {
  if (serviceExport === undefined) {
    // By labels all Services come, exported or not: only what was asked for by name is worth a line.
    if (options.selector === undefined) await show(target, name, 'not there', options);
    return;
  }
  const { client, namespace, timeoutMs } = target;
  const key = { namespace, name };
  const { uid = '' } = serviceExport.metadata;
  try {
    // Gone is only what was read: the UID fences a deletion from an export that was made anew since.
    if (options.dryRun !== 'client') {
      const dryRun = options.dryRun === 'server';
      await client.delete(serviceExports, key, { uid }, { timeoutMs, dryRun });
    }
  } catch (error) {
    if (!isNotFound(error)) throw error;
  }
  await show(target, name, 'deleted', options);
}

async function show(target: Target, name: string, what: string, options: ExportOptions): Promise<void> {
  const { output } = options;
  if (output === undefined) return print(resultLine(name, what, target, options));
  if (what !== 'deleted') return;
  const object = plainExport(target.namespace, name);
  await print(await renderObject(object, output));
}
