import type { PrecedenceMode } from '#apis/hub/cluster-set.ts';
import type { MergedFamilies } from './families.ts';
import { type MergedPort, type MergedPorts, sameName, sameNumber, showPort } from './ports.ts';
import { byValue, standsSince } from './precedence.ts';
import type { Property } from './properties.ts';
import type { ExportRecord } from './record.ts';

/**
 * One sentence for each kind of conflict. Each depends only on the records, is sorted and bounded, so that the
 * same conflict always reads the same: a message that changes by itself is a status write for nothing.
 */

const MAX_CLUSTERS = 10;
const MAX_PORTS = 10;

/** `type differs: Headless of zzzc is used (the oldest export, since …); ClusterSetIP in shbt.` */
export function describeProperty(
  property: Property,
  winner: ExportRecord,
  rivals: readonly ExportRecord[],
  mode: PrecedenceMode,
): string {
  const among = [winner, ...rivals];
  const used = `${property.shown(winner, among)} of ${winner.cluster} is used ${since(winner, mode)}`;
  const others = rivals.map((record) => ({ value: property.shown(record, among), cluster: record.cluster }));
  return `${property.field} differs: ${used}; ${grouped(others, '; ')}.`;
}

/** `ipFamilies have nothing in common: IPv4 is used (zzzc is the oldest export, since …); IPv6 in shbt.` */
export function describeFamilies(
  { families, unreachable, decidedBy }: MergedFamilies,
  mode: PrecedenceMode,
): string {
  const others = unreachable.map(({ ipFamilies = [], cluster }) => ({
    value: ipFamilies.join(' and '),
    cluster,
  }));
  const used = `${families.join(' and ')} is used`;
  const whose = decidedBy ? ` ${whoIsOldest(decidedBy, mode)}` : '';
  return `ipFamilies have nothing in common: ${used}${whose}; ${grouped(others, '; ')}.`;
}

/** `ports differ: http 80/TCP of zzzc is used, http 8080/TCP in shbt, missing in bjpdc; … (zzzc is …).` */
export function describePorts(
  ports: MergedPorts,
  ordered: readonly ExportRecord[],
  mode: PrecedenceMode,
): string {
  const clauses = ports.merged
    .map((port) => portClause(port, ordered))
    .filter((clause) => clause !== undefined);
  for (const { port, record } of ports.leftOut) {
    clauses.push(
      `${showPort(port)} of ${record.cluster} is left out, because several ports need a name each`,
    );
  }
  const shown = clauses.slice(0, MAX_PORTS);
  if (clauses.length > shown.length) shown.push(`and ${clauses.length - shown.length} more ports`);
  const [oldest] = ordered;
  return `ports differ: ${shown.join('; ')}${oldest ? ` ${whoIsOldest(oldest, mode)}` : ''}.`;
}

/** What the exporters say of one merged port; undefined where all have it just so. */
function portClause({ port, supplier }: MergedPort, ordered: readonly ExportRecord[]): string | undefined {
  const rivals: { value: string; cluster: string }[] = [];
  for (const record of ordered) {
    const related = record.ports.filter((other) => sameName(other, port) || sameNumber(other, port));
    const value = related.map(showPort).sort().join(' and ');
    if (value !== showPort(port)) rivals.push({ value: value || 'missing', cluster: record.cluster });
  }
  if (rivals.length === 0) return undefined;
  return `${showPort(port)} of ${supplier.cluster} is used, ${grouped(rivals, ', ')}`;
}

/** `None in a, b and c, ClientIP in d`; clusters beyond the bound are only counted. */
function grouped(entries: readonly { value: string; cluster: string }[], separator: string): string {
  const sorted = [...entries].sort((a, b) => byValue(a.value, b.value) || byValue(a.cluster, b.cluster));
  const groups = new Map<string, string[]>();
  for (const { value, cluster } of sorted.slice(0, MAX_CLUSTERS)) {
    groups.set(value, [...(groups.get(value) ?? []), cluster]);
  }
  const parts = [...groups].map(([value, clusters]) => `${value} in ${enumerated(clusters)}`);
  const more = sorted.length - MAX_CLUSTERS;
  if (more > 0) parts.push(`and ${more} more`);
  return parts.join(separator);
}

function enumerated(clusters: readonly string[]): string {
  const last = clusters.at(-1) ?? '';
  return clusters.length > 1 ? `${clusters.slice(0, -1).join(', ')} and ${last}` : last;
}

function whoIsOldest(record: ExportRecord, mode: PrecedenceMode): string {
  return `(${record.cluster} is ${standing(record, mode)})`;
}

function since(record: ExportRecord, mode: PrecedenceMode): string {
  return `(${standing(record, mode)})`;
}

function standing(record: ExportRecord, mode: PrecedenceMode): string {
  const time = standsSince(record, mode);
  const what = mode === 'HubTime' ? 'the first on the hub' : 'the oldest export';
  return time === undefined ? what : `${what}, since ${new Date(time).toISOString().replace('.000Z', 'Z')}`;
}
