import { type ExpectedSlice, shownSlices } from './endpoints.ts';
import { exportersOf, type Validity, validityOf } from './exporters.ts';
import { type Merged, merge } from './merge.ts';
import type { ClusterState, State } from './state.ts';

/** One Service as one cluster shows it. */
export interface ExpectedImport extends Omit<Merged, 'conflicts'> {
  /** Exporters, sorted. */
  clusters: string[];
  /** Whether there is a derived Service: the import has an address, and this cluster a family for it. */
  derived: boolean;
  slices: ExpectedSlice[];
}

/** What an exporter says of its ServiceExport. */
export interface ExpectedExport {
  valid: Validity;
  /** Reasons of Conflict; undefined: the condition is not there. */
  conflicts: string[] | undefined;
}

/** One Service all over the set, by cluster id. A cluster that is out of the set is not spoken of. */
export interface Expected {
  imports: Map<string, ExpectedImport>;
  exports: Map<string, ExpectedExport>;
}

/**
 * What every member must come to show of one Service, and say of its exports, once it has seen this state of the
 * world. Straight from SEMANTICS.md part 3, in none of the product's code.
 */
export function expected(state: State, namespace: string, name: string): Expected {
  const { clusters, hub } = state;
  const members = clusters.filter(({ id }) => !hub.removed.includes(id));
  const [first, ...rest] = exportersOf(state, namespace, name);
  const exporters = first && ([first, ...rest] as const);
  const merged = exporters && merge([...exporters]);
  const result: Expected = { imports: new Map(), exports: new Map() };
  for (const member of members) {
    const found = exportIn(member, namespace, name);
    if (found !== undefined) {
      const valid = validityOf(found, member, hub);
      const conflicts = valid === 'Valid' ? (merged?.conflicts ?? []) : undefined;
      result.exports.set(member.id, { valid, conflicts });
    }
    if (exporters === undefined || merged === undefined || !member.namespaces.includes(namespace)) continue;
    const { conflicts: _, ...shape } = merged;
    const served = merged.families.some((family) => member.families.includes(family));
    result.imports.set(member.id, {
      ...shape,
      clusters: exporters.map(({ cluster }) => cluster.id).sort(),
      derived: merged.type === 'ClusterSetIP' && served,
      slices: exporters.flatMap((one) => shownSlices(one, merged, one.cluster.id === member.id)),
    });
  }
  return result;
}

/** Namespace and name of all that is exported or was meant to be, each once. */
export function servicesIn({ clusters }: State): { namespace: string; name: string }[] {
  const keys = clusters.flatMap((cluster) =>
    cluster.exports.map(({ metadata: { namespace = '', name } }) => `${namespace}/${name}`),
  );
  return [...new Set(keys)].sort().map((key) => {
    const [namespace = '', name = ''] = key.split('/');
    return { namespace, name };
  });
}

function exportIn(cluster: ClusterState, namespace: string, name: string) {
  return cluster.exports.find(({ metadata }) => metadata.namespace === namespace && metadata.name === name);
}
