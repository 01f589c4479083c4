import { isDeepStrictEqual } from 'node:util';

/** Whether all that `wanted` says stands in `there`, which may say more: what an API server filled in. */
export function holds(there: unknown, wanted: unknown): boolean {
  if (Array.isArray(wanted)) {
    return (
      Array.isArray(there) &&
      there.length === wanted.length &&
      wanted.every((item, index) => holds(there[index], item))
    );
  }
  if (!isRecord(wanted)) return there === wanted;
  return isRecord(there) && Object.entries(wanted).every(([key, value]) => holds(there[key], value));
}

/** Whether both say the same is wanted, whatever an API server notes of who wrote it when, and of how it is. */
export function sameContent(a: unknown, b: unknown): boolean {
  return isDeepStrictEqual(content(a), content(b));
}

function content(object: unknown): unknown {
  if (!isRecord(object) || !isRecord(object['metadata'])) return object;
  const { managedFields: _who, resourceVersion: _when, generation: _count, ...metadata } = object['metadata'];
  return { ...object, metadata, status: undefined };
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
