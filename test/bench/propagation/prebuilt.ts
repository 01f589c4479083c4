import type { KubeObject } from '#apis/meta.ts';
import { ADDRESS_PATTERN } from './addresses.ts';

/** Gives the body of an update: these addresses, fenced by this version, all else as it was built. */
export type Prebuilt = (addresses: readonly string[], resourceVersion: string) => string;

const VERSION_MARK = '<version>';

/**
 * Serializes an object once and leaves gaps for what changes: the bare chain spends no time on building
 * bodies. `object` carries as many addresses as every later body does.
 */
export function prebuilt(object: KubeObject): Prebuilt {
  const json = JSON.stringify({
    ...object,
    metadata: { ...object.metadata, resourceVersion: VERSION_MARK },
  });
  const [head = '', rest = ''] = json.split(VERSION_MARK);
  const pieces = rest.split(ADDRESS_PATTERN);
  return (addresses, resourceVersion) => {
    if (addresses.length !== pieces.length - 1) {
      throw new Error(`${addresses.length} addresses for ${pieces.length - 1} gaps`);
    }
    let body = `${head}${resourceVersion}${pieces[0]}`;
    for (const [n, address] of addresses.entries()) body += `${address}${pieces[n + 1]}`;
    return body;
  };
}
