import { Fixes } from '#controllers/view/trace/facts.ts';
import { describeFix, HOP_COLUMNS, isBroken, type Path } from '#controllers/view/trace/hop.ts';
import { type Traced, tracedBy } from '#controllers/view/trace/name.ts';
import { walk } from '#controllers/view/trace/trace.ts';
import { ConfigError } from '#src/config/error.ts';
import { systemClock } from '#src/runtime/system-clock.ts';
import { sameClusters } from '../../cluster-options.ts';
import { askEach, worst } from '../../clusters/reading.ts';
import { openTargets } from '../../clusters/targets.ts';
import { Exit } from '../../exit.ts';
import { renderDocument } from '../../output/document.ts';
import { print } from '../../output/print.ts';
import { renderTable } from '../../output/table.ts';
import type { TraceOptions } from '../../trace-options.ts';
import { readHubFacts, readMemberFacts } from './facts.ts';
import { tryFrom } from './probing.ts';

/**
 * Prints every hop from each exporter to each cluster that the flags name, each way up to the first hop that is broken,
 * and how to mend that. Throws an Exit(1) where a hop is broken, and an Exit(3) where a cluster gave no answer.
 */
export async function trace(name: string, options: TraceOptions, program: string): Promise<void> {
  const targets = openTargets(options, systemClock());
  const kubeconfig = options.kubeconfig === undefined ? {} : { kubeconfig: options.kubeconfig };
  const fixes = new Fixes({ program, clusters: sameClusters(options), kubeconfig: sameClusters(kubeconfig) });
  try {
    const traced = tracedBy(name, targets.members[0]?.namespace ?? 'default', options.clustersetDomain);
    if (traced === undefined) {
      throw new ConfigError([`${name} names no Service and no pod: say db, db-0.zzzc.db, or the whole name`]);
    }
    const hub = targets.hub && (await readHubFacts(targets.hub, traced));
    const { answered, failed } = await askEach(targets.members, (target) =>
      readMemberFacts(target, traced, hub),
    );
    const members = answered.map(({ value }) => value);
    const { paths, open } =
      members.length > 0 ? walk({ members, hub, traced }, fixes) : { paths: [], open: [] };
    for (const { target, value } of answered) {
      const leading = open.filter(({ importer }) => importer === value);
      if (leading.length > 0) await tryFrom(target, leading, traced, options, fixes);
    }
    await show(paths, traced, options, program);
    const exitCode = worst(failed) ?? (paths.some(({ hops }) => hops.some(isBroken)) ? 1 : undefined);
    if (exitCode !== undefined)
      throw new Exit(
        exitCode,
        failed.map(({ line }) => line),
      );
  } finally {
    await targets.close();
  }
}

async function show(
  paths: readonly Path[],
  traced: Traced,
  { output }: TraceOptions,
  program: string,
): Promise<void> {
  if (output !== undefined) return print(await renderDocument({ ...traced, paths }, output));
  const now = Date.now();
  const sections = paths.map(({ from, to, hops }) => {
    const title = to === undefined ? `${from}:` : `${from} -> ${to}:`;
    const fixes = hops
      .filter(isBroken)
      .slice(0, 1)
      .map((hop) => describeFix(hop, program));
    return `${title}\n${renderTable(HOP_COLUMNS, hops, { wide: false, now })}${fixes.join('')}`;
  });
  await print(sections.join('\n'));
}
