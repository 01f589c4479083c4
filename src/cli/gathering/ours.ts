import { MANAGED_BY, MANAGED_BY_LABEL } from '#apis/labels.ts';
import type { KubeObject } from '#apis/meta.ts';

/** Whether an agent made this ServiceImport or Service. */
export function isOurs({ metadata }: KubeObject): boolean {
  return metadata.labels?.[MANAGED_BY_LABEL] === MANAGED_BY;
}
