import { removeConditions } from '#apis/conditions.ts';
import type { Condition, KubeObject } from '#apis/meta.ts';
import { ExportCondition } from '#apis/multicluster/conditions.ts';
import { AGENT_MANAGER } from '#controllers/rivals/managers.ts';

interface Entry {
  manager?: unknown;
  fieldsV1?: unknown;
}

/**
 * The conditions of a ServiceExport without those that an agent of ours wrote, which the API server's own book of who
 * set what tells: another implementation's, and anybody else's, stay. `current` itself where none is ours.
 */
export function withoutOwnConditions(
  { metadata }: Pick<KubeObject, 'metadata'>,
  current: Condition[],
): Condition[] {
  const written = (metadata.managedFields ?? [])
    .map((entry): Entry => Object(entry))
    .filter(({ manager }) => manager === AGENT_MANAGER)
    .map(({ fieldsV1 }) => JSON.stringify(fieldsV1 ?? {}));
  const own = Object.values(ExportCondition).filter((type) => {
    // The key of a list entry, JSON within JSON: `k:{"type":"Ready"}`.
    const key = JSON.stringify(`k:{"type":"${type}"}`);
    return written.some((fields) => fields.includes(key));
  });
  return removeConditions(current, own);
}
