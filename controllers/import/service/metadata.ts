import { EXPORTED_KEYS_ANNOTATION } from '#apis/labels.ts';
import type { ObjectMeta } from '#apis/meta.ts';

/** Labels and annotations of one object, or of one origin. */
export interface Keys {
  labels: Record<string, string>;
  annotations: Record<string, string>;
}

/**
 * The labels and annotations that an object of ours must have: what exporters give it, what we mark it with,
 * and all that others have put there. Which keys came from exporters is written beside them, so that a key
 * that is exported no longer goes, and only such a key
 * (https://github.com/cilium/cilium/pull/36308, which overwrites all unknown ones).
 * `marks` win over exported keys; one that is undefined is taken off.
 */
export function mergedMetadata(
  existing: ObjectMeta | undefined,
  exported: Keys,
  marks: { labels: Record<string, string>; annotations: Record<string, string | undefined> },
): Keys {
  const before = exportedKeys(existing);
  const names = {
    labels: Object.keys(exported.labels).sort(),
    annotations: Object.keys(exported.annotations).sort(),
  };
  const any = names.labels.length + names.annotations.length > 0;
  return {
    labels: merge(existing?.labels, before.labels, exported.labels, marks.labels),
    annotations: merge(existing?.annotations, before.annotations, exported.annotations, {
      ...marks.annotations,
      [EXPORTED_KEYS_ANNOTATION]: any ? JSON.stringify(names) : undefined,
    }),
  };
}

/** The labels and annotations of an object that exporters gave it. */
export function exportedOn(existing: ObjectMeta): Keys {
  const names = exportedKeys(existing);
  return {
    labels: pick(existing.labels, names.labels),
    annotations: pick(existing.annotations, names.annotations),
  };
}

/** Whether writing these keys would change the object. */
export function sameMetadata(existing: ObjectMeta, { labels, annotations }: Keys): boolean {
  return sameEntries(existing.labels, labels) && sameEntries(existing.annotations, annotations);
}

function merge(
  existing: Record<string, string> | undefined,
  exportedBefore: readonly string[],
  exported: Record<string, string>,
  marks: Record<string, string | undefined>,
): Record<string, string> {
  // A Map and fromEntries: no key, not even __proto__, can be anything but a key.
  const merged = new Map(Object.entries(existing ?? {}));
  for (const key of exportedBefore) merged.delete(key);
  for (const [key, value] of Object.entries(exported)) merged.set(key, value);
  for (const [key, value] of Object.entries(marks)) {
    if (value === undefined) merged.delete(key);
    else merged.set(key, value);
  }
  return Object.fromEntries(merged);
}

function exportedKeys(existing: ObjectMeta | undefined): { labels: string[]; annotations: string[] } {
  const text = existing?.annotations?.[EXPORTED_KEYS_ANNOTATION];
  if (text === undefined) return { labels: [], annotations: [] };
  try {
    const { labels, annotations }: { labels?: unknown; annotations?: unknown } = Object(JSON.parse(text));
    return { labels: strings(labels), annotations: strings(annotations) };
  } catch {
    // Spoilt by hand: the keys are nobody's now, and stay.
    return { labels: [], annotations: [] };
  }
}

function strings(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((entry) => typeof entry === 'string') : [];
}

function pick(map: Record<string, string> | undefined, keys: readonly string[]): Record<string, string> {
  return Object.fromEntries(Object.entries(map ?? {}).filter(([key]) => keys.includes(key)));
}

/** Whether two maps of labels or annotations hold the same; none is an empty one. */
export function sameEntries(
  a: Record<string, string> | undefined = {},
  b: Record<string, string> = {},
): boolean {
  const keys = Object.keys(a);
  return (
    keys.length === Object.keys(b).length && keys.every((key) => Object.hasOwn(b, key) && a[key] === b[key])
  );
}
