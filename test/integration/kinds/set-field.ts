/**
 * A deep copy of a JSON object with one field set, or left out where the value is undefined. Missing parents
 * are made. Paths are dotted; parts are never list indexes.
 */
export function setField(object: unknown, path: string, value: unknown): Record<string, unknown> {
  const copy = JSON.parse(JSON.stringify(object)) as Record<string, unknown>;
  const parts = path.split('.');
  const last = parts.pop() ?? '';
  let parent = copy;
  for (const part of parts) {
    parent[part] ??= {};
    parent = parent[part] as Record<string, unknown>;
  }
  if (value === undefined) delete parent[last];
  else parent[last] = value;
  return copy;
}
