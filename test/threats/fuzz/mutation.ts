import fc from 'fast-check';
import { fragment, type JsonText } from './fragments.ts';

type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

/** One change of an object: what happens to one of its parts. */
export interface Mutation {
  /** Picks the part, from all there are. */
  part: number;
  how: 'replace' | 'remove' | 'add';
  key: string;
  value: JsonText;
}

export const mutation: fc.Arbitrary<Mutation> = fc.record({
  part: fc.nat(10_000),
  how: fc.constantFrom('replace', 'replace', 'replace', 'add', 'remove'),
  key: fc.constantFrom('__proto__', 'constructor', 'toString', 'length', 'x', 'name', 'uid', 'port', '0'),
  value: fragment,
});

/** The object as JSON text, changed below `roots` (dotted paths) alone. */
export function mutated(object: object, mutations: readonly Mutation[], roots: readonly string[]): JsonText {
  // Ours, and plain data.
  const copy = JSON.parse(JSON.stringify(object)) as { [key: string]: Json };
  const values: JsonText[] = [];
  for (const { part, how, key, value } of mutations) {
    const places = roots.flatMap((root) => placesBelow(copy, root.split('.')));
    const place = places[part % Math.max(places.length, 1)];
    if (place === undefined) continue;
    const hole = `@@${values.push(value) - 1}@@`;
    if (how === 'remove') delete place.within[place.key];
    else if (how === 'replace') put(place.within, place.key, hole);
    else add(insideOf(place), key, hole);
  }
  return JSON.stringify(copy).replace(/"@@(\d+)@@"/g, (_, at: string) => values[Number(at)] ?? 'null');
}

interface Place {
  within: { [key: string]: Json };
  key: string;
}

function placesBelow(object: { [key: string]: Json }, path: readonly string[]): Place[] {
  const [key = '', ...rest] = path;
  if (rest.length > 0) {
    const inner = object[key];
    return isParent(inner) ? placesBelow(inner, rest) : [];
  }
  return key in object ? allPlaces(object, key) : [];
}

function allPlaces(within: { [key: string]: Json }, key: string): Place[] {
  const value = within[key];
  const inner = isParent(value) ? Object.keys(value).flatMap((each) => allPlaces(value, each)) : [];
  return [{ within, key }, ...inner];
}

function insideOf({ within, key }: Place): { [key: string]: Json } {
  const value = within[key];
  return isParent(value) ? value : within;
}

/** Lists count: their keys are numbers. */
function isParent(value: Json | undefined): value is { [key: string]: Json } {
  return typeof value === 'object' && value !== null;
}

/** Into a list at its end: a key would be none of JSON's. */
function add(parent: { [key: string]: Json }, key: string, value: Json): void {
  if (Array.isArray(parent)) parent.push(value);
  else put(parent, key, value);
}

/** Also where the key is `__proto__`. */
function put(within: { [key: string]: Json }, key: string, value: Json): void {
  Object.defineProperty(within, key, { value, enumerable: true, configurable: true, writable: true });
}
