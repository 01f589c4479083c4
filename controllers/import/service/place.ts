import { splitKey } from '#src/cache/lister.ts';
import type { ImportPlace } from '../observer.ts';

/** The key of import.service: `<namespace>/<service>`, which is the ServiceImport's own. */
export function serviceKey({ namespace, service }: ImportPlace): string {
  return `${namespace}/${service}`;
}

/** Takes a key apart again. */
export function placeOf(key: string): ImportPlace {
  const { namespace, name } = splitKey(key);
  return { namespace, service: name };
}
