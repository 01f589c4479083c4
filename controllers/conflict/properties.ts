import type { SessionAffinityConfig } from '#apis/kubernetes/service.ts';
import { ConflictReason } from '#apis/multicluster/conditions.ts';
import type { ExportRecord } from './record.ts';

/** Kubernetes' default of sessionAffinityConfig.clientIP.timeoutSeconds. */
const DEFAULT_TIMEOUT_SECONDS = 10_800;

/** A property of the import that the oldest export decides alone. */
export interface Property {
  readonly field: string;
  readonly reason: ConflictReason;
  /** Equal for two exporters exactly where they agree. Defaults are applied before (SEMANTICS 69). */
  readonly compared: (record: ExportRecord) => string;
  /** The value for people, in a few words; `among` are all that disagree, for values too long to show whole. */
  readonly shown: (record: ExportRecord, among: readonly ExportRecord[]) => string;
  /** Whether two exporters can be compared at all; always, unless told. */
  readonly comparable?: (winner: ExportRecord, record: ExportRecord) => boolean;
}

/**
 * All such properties, in the order of CONFLICT_REASONS, which begins with the two that are merged from several
 * exporters: see ports.ts and families.ts.
 */
export const PROPERTIES: readonly Property[] = [
  word('type', ConflictReason.Type, ({ type }) => type),
  word('sessionAffinity', ConflictReason.SessionAffinity, sessionAffinityOf),
  {
    ...word('sessionAffinityConfig', ConflictReason.SessionAffinityConfig, timeoutText),
    // Between different affinities a difference of their settings says nothing.
    comparable: (winner, record) => sessionAffinityOf(winner) === sessionAffinityOf(record),
  },
  map('exportedAnnotations', ConflictReason.Annotations, ({ annotations }) => annotations),
  map('exportedLabels', ConflictReason.Labels, ({ labels }) => labels),
  word('internalTrafficPolicy', ConflictReason.InternalTrafficPolicy, internalTrafficPolicyOf),
  {
    ...word(
      'trafficDistribution',
      ConflictReason.TrafficDistribution,
      (r) => r.trafficDistribution ?? 'unset',
    ),
    compared: comparedDistribution,
  },
];

/** `None` unless stated. */
export function sessionAffinityOf(record: ExportRecord): string {
  return record.sessionAffinity ?? 'None';
}

/** With Kubernetes' default where the affinity has one; undefined where it has no settings. */
export function sessionAffinityConfigOf(record: ExportRecord): SessionAffinityConfig | undefined {
  const affinity = sessionAffinityOf(record);
  if (affinity === 'None') return undefined;
  if (affinity !== 'ClientIP') return record.sessionAffinityConfig;
  const timeoutSeconds = record.sessionAffinityConfig?.clientIP?.timeoutSeconds ?? DEFAULT_TIMEOUT_SECONDS;
  return { clientIP: { timeoutSeconds } };
}

/** `Cluster` unless stated. */
export function internalTrafficPolicyOf(record: ExportRecord): string {
  return record.internalTrafficPolicy ?? 'Cluster';
}

function timeoutText(record: ExportRecord): string {
  const timeout = sessionAffinityConfigOf(record)?.clientIP?.timeoutSeconds;
  return timeout === undefined ? 'unset' : `timeoutSeconds ${timeout}`;
}

/** PreferClose is the older spelling of PreferSameZone (KEP-3015). */
function comparedDistribution({ trafficDistribution }: ExportRecord): string {
  if (trafficDistribution === 'PreferClose') return 'PreferSameZone';
  return trafficDistribution ?? '';
}

function word(field: string, reason: ConflictReason, read: (record: ExportRecord) => string): Property {
  return { field, reason, compared: read, shown: read };
}

type Metadata = Readonly<Record<string, string>>;

/** Whole maps are compared and the oldest's wins whole: merging by key would make a map that nobody wrote. */
function map(field: string, reason: ConflictReason, read: (record: ExportRecord) => Metadata): Property {
  return {
    field,
    reason,
    compared: (record) => JSON.stringify(read(record)),
    shown: (record, among) => showEntries(read(record), differingKeys(among.map(read))),
  };
}

/** Sorted keys in which the maps are not all alike. */
function differingKeys(maps: readonly Metadata[]): string[] {
  const keys = new Set(maps.flatMap(Object.keys));
  return [...keys].filter((key) => new Set(maps.map((one) => entryOf(one, key))).size > 1).sort();
}

const SHOWN_KEYS = 3;
const SHOWN_LENGTH = 40;

/** `{app=db, no tier}`: only the keys that differ, the first few of them, long values cut. */
function showEntries(metadata: Metadata, keys: readonly string[]): string {
  const shown = keys.slice(0, SHOWN_KEYS).map((key) => {
    const value = entryOf(metadata, key);
    return value === undefined ? `no ${cut(key)}` : `${cut(key)}=${cut(value)}`;
  });
  const more = keys.length - shown.length;
  return `{${shown.join(', ')}${more > 0 ? ` and ${more} more keys` : ''}}`;
}

/** Not metadata[key]: a key may be called `constructor`. */
function entryOf(metadata: Metadata, key: string): string | undefined {
  return Object.hasOwn(metadata, key) ? metadata[key] : undefined;
}

/** Newlines and other control characters would break the line that a message is. */
function cut(text: string): string {
  const line = text.replace(/\p{Cc}+/gu, ' ');
  return line.length > SHOWN_LENGTH ? `${line.slice(0, SHOWN_LENGTH - 1)}…` : line;
}
