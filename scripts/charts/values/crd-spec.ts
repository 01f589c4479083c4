import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';

interface CrdSchema {
  properties?: Record<string, CrdSchema>;
  items?: CrdSchema;
  [keyword: string]: unknown;
}

const ROOT = join(import.meta.dirname, '../../..');

/**
 * The spec of a kind of ours as values may have it: the schema of its CRD, closed, without the fields that are a
 * person's statement about a set that runs, which no values file repeats.
 */
export function specOf(crd: string, statements: readonly string[]): z.ZodType {
  const file = parse(readFileSync(join(ROOT, crd), 'utf8')) as {
    spec: { versions: { schema: { openAPIV3Schema: CrdSchema } }[] };
  };
  const spec = file.spec.versions[0]?.schema.openAPIV3Schema.properties?.['spec'];
  if (spec?.properties === undefined) throw new Error(`${crd} has no spec`);
  for (const name of statements) {
    if (!Object.hasOwn(spec.properties, name)) throw new Error(`${crd} has no field spec.${name}`);
  }
  const kept = Object.entries(spec.properties).filter(([name]) => !statements.includes(name));
  return z.unknown().meta(closed({ ...spec, properties: Object.fromEntries(kept) }));
}

/** JSON Schema proper: no keywords of Kubernetes', and no field but those it names. */
function closed({ properties, items, ...rest }: CrdSchema): CrdSchema {
  const keywords = Object.entries(rest).filter(
    // An API server fills in defaults, and "cidr" is a format of its own.
    ([name]) => !name.startsWith('x-') && name !== 'format' && name !== 'default',
  );
  const inner = properties && Object.entries(properties).map(([name, schema]) => [name, closed(schema)]);
  return {
    ...Object.fromEntries(keywords),
    ...(inner && { properties: Object.fromEntries(inner), additionalProperties: false }),
    ...(items && { items: closed(items) }),
  };
}
