import { isIP } from 'node:net';
import { Ajv } from 'ajv';
import { describe, expect, test } from 'vitest';
import { hubCrd, type Schema } from '../crd-files.ts';
import { setField } from '../set-field.ts';
import { ALL_EXAMPLES } from './all.ts';
import type { KindExamples } from './shared.ts';

/** Keywords that refuse objects. CEL rules are counted by their messages instead. */
const CONSTRAINTS = [
  'type',
  'required',
  'enum',
  'pattern',
  'format',
  'minLength',
  'maxLength',
  'minimum',
  'maximum',
  'maxItems',
  'maxProperties',
];

/** A keyword at a place in a schema. */
interface Constraint {
  path: string;
  keyword: string;
  /** A copy of the whole schema in which it is missing. */
  without: Schema;
}

describe.each([...ALL_EXAMPLES])('examples of $plural', (kind) => {
  const schema = schemaOf(kind);
  const acceptedBySchema = validator(schema);
  const refusedBySchema = kind.fields
    .flatMap(({ path, refused }) => refused.map((value) => setField(kind.valid, path, value)))
    .filter((object) => !acceptedBySchema(object));
  const refusedByRules = [
    ...kind.fields.map(({ saying }) => saying),
    ...kind.updates.map((it) => it.refused),
  ];

  test('include, for every constraint of the CRD, an object that nothing else refuses', () => {
    const untested = constraintsOf(schema)
      .filter(({ keyword }) => keyword !== 'type')
      .filter(({ without }) => {
        const accepts = validator(without);
        return !refusedBySchema.some((object) => accepts(object));
      })
      .map(({ path, keyword }) => `${path} ${keyword}`);
    expect(untested).toEqual([]);
  });

  test('include a refusal by every CEL rule', () => {
    const untested = rulesOf(schema).filter(
      ({ message }) => !refusedByRules.some((words) => words !== undefined && message.startsWith(words)),
    );
    expect(untested).toEqual([]);
  });
});

function schemaOf({ plural }: KindExamples): Schema {
  const schema = hubCrd(plural).spec.versions[0]?.schema.openAPIV3Schema;
  if (schema === undefined) throw new Error(`the CRD of ${plural} has no version`);
  return schema;
}

/** Checks an object against a schema as the API server does, but for CEL. */
function validator(schema: Schema): (object: unknown) => boolean {
  const formats = {
    cidr: (text: string) => {
      const [address = '', bits = ''] = text.split('/');
      return /^\d+$/.test(bits) && Number(bits) <= (isIP(address) === 6 ? 128 : 32) && isIP(address) !== 0;
    },
    'date-time': (text: string) => /^\d{4}-\d\d-\d\dT/.test(text) && !Number.isNaN(Date.parse(text)),
    int32: true,
    int64: true,
  } as const;
  return new Ajv({ strict: false, formats }).compile(schema);
}

function constraintsOf(root: Schema): Constraint[] {
  return placesOf(root).flatMap(({ path, keys }) => {
    const node = at(root, keys);
    return CONSTRAINTS.filter((keyword) => keyword in node && !isOnlyADescription(keyword, node)).map(
      (keyword) => {
        const without = structuredClone(root);
        delete at(without, keys)[keyword];
        return { path, keyword, without };
      },
    );
  });
}

/** int32 and int64 say how a number is stored; the API server refuses nothing by them. */
function isOnlyADescription(keyword: string, node: Schema): boolean {
  return keyword === 'format' && /^int(32|64)$/.test(String(node['format']));
}

function rulesOf(root: Schema): { rule: string; message: string }[] {
  return placesOf(root).flatMap(({ keys }) => at(root, keys)['x-kubernetes-validations'] ?? []);
}

/** Every node of a schema, by the keys that lead to it. */
function placesOf(node: Schema, path = '', keys: string[] = []): { path: string; keys: string[] }[] {
  const below = (child: Schema | undefined, name: string, ...more: string[]) =>
    child === undefined ? [] : placesOf(child, path + name, [...keys, ...more]);
  return [
    { path, keys },
    ...Object.entries(node.properties ?? {}).flatMap(([name, child]) =>
      below(child, `.${name}`, 'properties', name),
    ),
    ...below(node.items, '[]', 'items'),
    ...below(node.additionalProperties, '{}', 'additionalProperties'),
  ];
}

function at(root: Schema, keys: readonly string[]): Schema {
  let node: unknown = root;
  for (const key of keys) node = (node as Record<string, unknown>)[key];
  return node as Schema;
}
