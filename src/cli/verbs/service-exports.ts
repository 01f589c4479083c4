import { type IService, services } from '#apis/kubernetes/service.ts';
import { apiVersionOf } from '#apis/meta.ts';
import { type IServiceExport, serviceExports } from '#apis/multicluster/service-export.ts';
import { orAbsent } from '#src/kube/or-absent.ts';
import type { PolicyRule } from '#src/runtime/controller.ts';
import { describeRight, missingRights } from '#src/runtime/rights/missing-rights.ts';
import { sameClusters } from '../cluster-options.ts';
import { type Answers, listAll, worst } from '../clusters/reading.ts';
import type { Target } from '../clusters/targets.ts';
import { Exit } from '../exit.ts';
import type { ExportOptions } from '../export-options.ts';
import { dryRunMark } from '../output/dry-run.ts';

/** What both verbs need to know of the Services they are about. */
export interface Asked {
  name: string;
  service: IService | undefined;
  serviceExport: IServiceExport | undefined;
}

/** Reads the Services that are asked for, and their exports. */
export async function readAsked(
  target: Target,
  names: readonly string[],
  { selector }: ExportOptions,
): Promise<Asked[]> {
  const { namespace } = target;
  if (selector === undefined) {
    return Promise.all([...new Set(names)].map((name) => readOne(target, name)));
  }
  const [found, exported] = await Promise.all([
    listAll(target, services, { namespace, labelSelector: selector }),
    listAll(target, serviceExports, { namespace }),
  ]);
  const byName = new Map(exported.map((object) => [object.metadata.name, object]));
  return found.map((service) => {
    const { name } = service.metadata;
    return { name, service, serviceExport: byName.get(name) };
  });
}

async function readOne({ client, namespace, timeoutMs }: Target, name: string): Promise<Asked> {
  const key = { namespace, name };
  const [service, serviceExport] = await Promise.all([
    orAbsent(client.get(services, key, { timeoutMs })),
    orAbsent(client.get(serviceExports, key, { timeoutMs })),
  ]);
  return { name, service, serviceExport };
}

/** A plain ServiceExport, as a person would write it. */
export function plainExport(namespace: string, name: string): IServiceExport {
  return {
    apiVersion: apiVersionOf(serviceExports),
    kind: serviceExports.kind,
    metadata: { namespace, name },
  };
}

/** Why these credentials may not write ServiceExports in the namespace, in one line; undefined: they may. */
export async function refusal(target: Target, verb: 'create' | 'delete'): Promise<string | undefined> {
  const { client, context, namespace, timeoutMs } = target;
  const rule: PolicyRule = {
    on: 'member',
    scope: 'member-namespace',
    apiGroups: [serviceExports.group],
    resources: [serviceExports.plural],
    verbs: [verb],
  };
  const signal = AbortSignal.timeout(timeoutMs);
  const namespaces = { 'agent-namespace': namespace, 'member-namespace': namespace };
  const { identity, rights } = await missingRights({ client, rules: [rule], namespaces }, signal).catch(
    (error) => {
      if (!signal.aborted) throw error;
      throw new Exit(3, [`${context}: no answer within ${timeoutMs / 1000} s; nothing was written`]);
    },
  );
  const [missing] = rights;
  return missing && `${context}: ${identity} may not ${describeRight(missing)}; nothing was written`;
}

/** Before anything is written, every cluster must have answered. Throws an Exit where one has not. */
export function requireAll<T>({ answered, failed }: Answers<T>): Answers<T>['answered'] {
  const exitCode = worst(failed);
  if (exitCode === undefined) return answered;
  throw new Exit(exitCode, [
    ...failed.map(({ line }) => line),
    ...(answered.length > 0 ? ['nothing was written'] : []),
  ]);
}

/** One line on standard output for each object, as kubectl has it. */
export function resultLine(
  name: string,
  what: string,
  { context }: Target,
  { context: contexts, dryRun }: ExportOptions,
): string {
  const where = contexts.length > 1 ? ` in ${context}` : '';
  return `serviceexport.${serviceExports.group}/${name} ${what}${where}${dryRunMark(dryRun)}\n`;
}

/** The command to run next, with the same clusters and namespace. */
export function nextCommand(program: string, words: string, options: ExportOptions): string {
  const namespace = options.namespace === undefined ? '' : ` -n ${options.namespace}`;
  return `next: ${program} ${words}${namespace}${sameClusters(options)}`;
}
