import { z } from 'zod';
import type { DescribedValue } from './described.ts';

interface JsonSchema {
  properties?: Record<string, JsonSchema>;
  required?: string[];
  description?: string;
  [keyword: string]: unknown;
}

/** Helm's own: they stand in no values.yaml. */
const OF_HELM = ['global', 'enabled'];

/**
 * A chart's values.schema.json: the Zod schema, with the descriptions of values.yaml. Throws where the two do not
 * hold the same values.
 */
export function valuesSchema(schema: z.ZodType, values: readonly DescribedValue[], chart: string): string {
  // JSON Schema is JSON; the type that zod gives for it names every keyword of every draft.
  const whole = z.toJSONSchema(schema, { io: 'input', target: 'draft-7' }) as JsonSchema;
  const described = new Map(values.map((value) => [value.path, value.description]));
  const seen = new Set<string>();
  visit(whole, '', described, seen);
  const without = values.filter(({ path }) => !seen.has(path)).map(({ path }) => path);
  if (without.length > 0) throw new Error(`no schema for the values ${without.join(', ')} of ${chart}`);
  return `${JSON.stringify({ ...whole, title: `Values of ${chart}` }, null, 2)}\n`;
}

function visit(
  schema: JsonSchema,
  at: string,
  described: ReadonlyMap<string, string>,
  seen: Set<string>,
): void {
  // A value that is set to null is not there any more when Helm checks.
  delete schema.required;
  const description = described.get(at);
  if (description !== undefined) {
    schema.description = description;
    seen.add(at);
    return;
  }
  if (schema.properties === undefined || Object.keys(schema.properties).length === 0) {
    throw new Error(`values.yaml does not have ${at}`);
  }
  for (const [name, inner] of Object.entries(schema.properties)) {
    if (at === '' && OF_HELM.includes(name)) continue;
    visit(inner, at === '' ? name : `${at}.${name}`, described, seen);
  }
}
