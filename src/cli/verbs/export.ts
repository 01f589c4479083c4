import { IDENTITY_NAMESPACE, namespaces } from '#apis/kubernetes/namespace.ts';
import type { ObjectMeta } from '#apis/meta.ts';
import { type IServiceExport, serviceExports } from '#apis/multicluster/service-export.ts';
import { decideExport, type ExportDecision } from '#controllers/export/decision.ts';
import {
  clusterIdOf,
  type HubContent,
  isTrouble,
  namespaceRuleOf,
  type PlannedExport,
  PREVIEW_COLUMNS,
  type PreviewRow,
  previewExport,
  withPlanned,
} from '#controllers/view/preview.ts';
import { isAlreadyExists } from '#src/kube/errors.ts';
import { collectionPath, queryString } from '#src/kube/paths.ts';
import { systemClock } from '#src/runtime/system-clock.ts';
import { shellWord } from '../cluster-options.ts';
import { askEach } from '../clusters/reading.ts';
import { openTargets, type Target } from '../clusters/targets.ts';
import { Exit } from '../exit.ts';
import type { ExportOptions } from '../export-options.ts';
import { renderObject } from '../output/document.ts';
import { print, say } from '../output/print.ts';
import { renderTable } from '../output/table.ts';
import { placeColumns } from './finish.ts';
import { readHub } from './hub-content.ts';
import {
  type Asked,
  nextCommand,
  plainExport,
  readAsked,
  refusal,
  requireAll,
  resultLine,
} from './service-exports.ts';

/** One export that is to be made, or that is there. */
interface Planned extends Asked {
  target: Target;
  /** The id of its cluster, where the hub was asked. */
  cluster: string | undefined;
  decision: ExportDecision;
}

/**
 * Writes a ServiceExport beside each Service; one that is there stays as it is. Nothing is written anywhere unless
 * every cluster has answered, every Service can be exported and the rights suffice: an Exit says what is in the way.
 * With `--dry-run=server` and a hub it also throws one where there would be a conflict.
 */
export async function exportServices(
  names: readonly string[],
  options: ExportOptions,
  program: string,
): Promise<void> {
  const targets = openTargets(options, systemClock());
  try {
    const hub = targets.hub && (await readHub(targets.hub));
    const gathered = await askEach(targets.members, (target) => plan(target, names, options, hub));
    const planned = requireAll(gathered).flatMap(({ value }) => value);
    const refused = planned.filter(({ decision }) => !decision.publish).map(whyNot);
    if (refused.length > 0) throw new Exit(1, refused);
    if (planned.length === 0) throw new Exit(1, [`no Service has the labels ${options.selector}`]);
    if (options.dryRun !== 'client') await requireRights(planned);
    const made: (PlannedExport & { context: string })[] = [];
    for (const each of planned) {
      const { target, cluster, decision } = each;
      const { metadata, what } = await write(each, options);
      await show(each, what, options);
      if (!decision.publish || cluster === undefined) continue;
      made.push({ context: target.context, cluster, metadata, spec: decision.spec });
    }
    const rows = hub === undefined ? [] : preview(hub, made);
    const table = renderTable([...placeColumns(targets.members, false), ...PREVIEW_COLUMNS], rows, {
      wide: false,
      now: Date.now(),
    });
    // Standard output is for the manifests where somebody pipes them on.
    if (options.output === undefined) await print(table);
    else if (table !== '') say(table.trimEnd());
    const which = options.selector === undefined ? names.join(' ') : `-l ${shellWord(options.selector)}`;
    if (options.dryRun === undefined) say(nextCommand(program, 'status --wait', options));
    else say(nextCommand(program, `export service ${which}`, options));
    if (options.dryRun !== undefined && rows.some(isTrouble)) throw new Exit(1);
  } finally {
    await targets.close();
  }
}

async function plan(
  target: Target,
  names: readonly string[],
  options: ExportOptions,
  hub: HubContent | undefined,
): Promise<Planned[]> {
  const { namespace } = target;
  const cluster = hub && (await claimedId(target, hub));
  // Without the hub its rules are unknown; the agent will say on the ServiceExport what they are.
  const namespaceRule =
    hub === undefined || cluster === undefined
      ? ({ allowed: true } as const)
      : namespaceRuleOf(hub, cluster, namespace);
  return (await readAsked(target, names, options)).map((each) => {
    const serviceExport = each.serviceExport ?? plainExport(namespace, each.name);
    const decision = decideExport({ serviceExport, service: each.service, namespaceRule });
    return { ...each, target, cluster, decision };
  });
}

async function claimedId({ client, context, timeoutMs }: Target, hub: HubContent): Promise<string> {
  const { metadata } = await client.get(namespaces, { name: IDENTITY_NAMESPACE }, { timeoutMs });
  const cluster = clusterIdOf(hub.members, metadata.uid);
  if (cluster !== undefined) return cluster;
  throw new Exit(1, [`${context}: no member of the hub is claimed by this cluster (${metadata.uid})`]);
}

function whyNot({ target: { context, namespace }, name, decision }: Planned): string {
  const why = decision.publish ? '' : decision.message;
  return `${context}: ${namespace}/${name} cannot be exported: ${why}`;
}

async function requireRights(planned: readonly Planned[]): Promise<void> {
  const missing = planned.filter(({ serviceExport }) => serviceExport === undefined);
  const targets = new Set(missing.map(({ target }) => target));
  const refusals = await Promise.all([...targets].map((target) => refusal(target, 'create')));
  const lines = refusals.filter((line) => line !== undefined);
  if (lines.length > 0) throw new Exit(1, lines);
}

/** The metadata that the export has or would have. */
async function write(
  { target, name, serviceExport }: Planned,
  { dryRun }: ExportOptions,
): Promise<{ metadata: ObjectMeta; what: 'created' | 'unchanged' }> {
  if (serviceExport !== undefined) return { metadata: serviceExport.metadata, what: 'unchanged' };
  const { client, namespace, timeoutMs } = target;
  const object = plainExport(namespace, name);
  // What an API server gives to every object that it makes.
  const unmade = { ...object.metadata, uid: 'none-yet', creationTimestamp: stamp() };
  if (dryRun === 'client') return { metadata: unmade, what: 'created' };
  if (dryRun === 'server') {
    const path = collectionPath(serviceExports, namespace) + queryString({ dryRun: 'All' });
    await client.request('POST', path, object, { timeoutMs });
    return { metadata: unmade, what: 'created' };
  }
  try {
    return { metadata: await client.create(serviceExports, object, { timeoutMs }), what: 'created' };
  } catch (error) {
    // Somebody else was quicker; it says the same.
    if (isAlreadyExists(error)) return { metadata: unmade, what: 'unchanged' };
    throw error;
  }
}

function stamp(): string {
  return new Date().toISOString().replace(/\.\d{3}Z$/, 'Z');
}

async function show(each: Planned, what: string, options: ExportOptions): Promise<void> {
  const { output } = options;
  if (output === undefined) return print(resultLine(each.name, what, each.target, options));
  const object: IServiceExport = plainExport(each.target.namespace, each.name);
  await print(await renderObject(object, output));
}

function preview(
  hub: HubContent,
  made: readonly (PlannedExport & { context: string })[],
): (PreviewRow & { context: string })[] {
  const then = withPlanned(hub, made);
  return made.flatMap((each) => previewExport(then, each).map((row) => ({ context: each.context, ...row })));
}
