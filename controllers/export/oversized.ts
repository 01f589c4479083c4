import {
  charactersOf,
  EXPORTED_KEYS_LIMIT,
  EXPORTED_METADATA_LIMIT,
} from '#controllers/conflict/metadata.ts';
import type { ExportSpec } from './decision.ts';

/**
 * Why no hub, or no member, takes what an export would bring along; undefined: it fits. Asked before it is sent, since
 * it may be a megabyte, and the answer is always the same.
 */
export function whyOversized(spec: Pick<ExportSpec, 'labels' | 'annotations'>): string | undefined {
  return (
    whyTooMuch('spec.exportedLabels', spec.labels) ?? whyTooMuch('spec.exportedAnnotations', spec.annotations)
  );
}

function whyTooMuch(field: string, map: Readonly<Record<string, string>> = {}): string | undefined {
  const { length } = Object.keys(map);
  if (length > EXPORTED_KEYS_LIMIT)
    return `${field} has ${length} entries that travel, more than ${EXPORTED_KEYS_LIMIT}`;
  const size = charactersOf(map);
  if (size > EXPORTED_METADATA_LIMIT)
    return `${field} holds ${size} characters that travel, more than ${EXPORTED_METADATA_LIMIT}`;
  return undefined;
}
