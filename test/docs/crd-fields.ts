import { markdownTable } from './table.ts';

/** The part of a CRD's schema that says what a field is. */
interface Schema {
  type?: string;
  description?: string;
  default?: unknown;
  enum?: unknown[];
  properties?: Record<string, Schema>;
  items?: Schema;
}

/** A CustomResourceDefinition as its file has it. */
export interface CrdFile {
  spec: { versions: { schema: { openAPIV3Schema: Schema } }[] };
}

/** The fields below `spec` of a kind, as a table: full name, what may stand there, default, what it says. */
export function specTable({ spec }: CrdFile): string {
  const whole = spec.versions[0]?.schema.openAPIV3Schema.properties?.['spec'];
  if (whole === undefined) throw new Error('the CRD has no spec');
  return markdownTable(['field', 'value', 'default', 'what it says'], fieldsOf('spec', whole));
}

function fieldsOf(path: string, { properties = {} }: Schema): string[][] {
  return Object.entries(properties).flatMap(([name, field]) => {
    const at = `${path}.${name}`;
    const row = [`\`${at}\``, permitted(field), text(field.default), oneLine(field.description)];
    return [row, ...fieldsOf(at, field)];
  });
}

function permitted({ type = '', items, enum: words }: Schema): string {
  if (words !== undefined) return words.map((word) => `\`${String(word)}\``).join(', ');
  return items === undefined ? type : `list of ${items.type ?? 'values'}s`;
}

function text(value: unknown): string {
  return value === undefined ? '' : `\`${typeof value === 'string' ? value : JSON.stringify(value)}\``;
}

function oneLine(description = ''): string {
  return description.replace(/\s+/g, ' ').trim();
}
