import { isMap, isScalar, type Pair, parseDocument, type YAMLMap } from 'yaml';

/** One value of a chart: a leaf of values.yaml, or a map that is empty there. */
export interface DescribedValue {
  /** `image.tag` */
  path: string;
  /** What the comment above it says, in one line. */
  description: string;
  /** As YAML has it in one line. */
  default: unknown;
}

/**
 * The values of a values.yaml in their order. Throws where one has no comment above it: what is not described
 * cannot be used.
 */
export function describedValues(text: string): DescribedValue[] {
  const { contents } = parseDocument(text);
  if (!isMap(contents)) throw new Error('values.yaml holds no map');
  return valuesOf(contents, '');
}

function valuesOf(map: YAMLMap, prefix: string): DescribedValue[] {
  return map.items.flatMap((pair, index) => {
    const path = `${prefix}${keyOf(pair)}`;
    const { value } = pair;
    // The values of a map are described one by one, and a list or a tree of Kubernetes' as a whole.
    if (isMap(value) && value.items.some((item) => isScalar(item.key) && hasComment(item, value))) {
      return valuesOf(value, `${path}.`);
    }
    const description = commentOf(pair, index === 0 ? map : undefined);
    if (description === '') throw new Error(`values.yaml says nothing above ${path}`);
    return [{ path, description, default: toJs(value) }];
  });
}

function keyOf({ key }: Pair): string {
  return isScalar(key) ? String(key.value) : '';
}

function hasComment(pair: Pair, map: YAMLMap): boolean {
  return commentOf(pair, pair === map.items[0] ? map : undefined) !== '';
}

/** The comment above a key; the one above the first key of a map is kept at the map. */
function commentOf({ key }: Pair, map: YAMLMap | undefined): string {
  const own = isScalar(key) ? (key.commentBefore ?? '') : '';
  const text = own === '' ? (map?.commentBefore ?? '') : own;
  // Only the last block belongs to the key: a heading above it stands alone.
  const block = text.split(/\n\s*\n/).at(-1) ?? '';
  return block.replaceAll(/\s+/g, ' ').trim();
}

function toJs(node: unknown): unknown {
  return typeof node === 'object' && node !== null && 'toJSON' in node && typeof node.toJSON === 'function'
    ? node.toJSON()
    : node;
}
