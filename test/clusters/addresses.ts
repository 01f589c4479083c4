/** Addresses of one cluster, out of the ranges that RFC 2544 and RFC 5180 keep for benchmarks: nobody's. */
export interface Addresses {
  /** Pods: a /24 of 198.18.0.0/15. */
  pods: string;
  /** Services: a /24; with dual stack also a /112, after a comma. */
  services: string;
  /** The one kwok node. */
  node: string;
  /** What the API server announces as its own; nothing connects to it. */
  apiServer: string;
}

/** The last index that gives ranges of its own. */
export const LAST_INDEX = 55;

/** The ranges of cluster number `index` (0 is the hub); clusters of one set overlap in nothing. */
export function addressesOf(index: number, dualStack: boolean): Addresses {
  if (!Number.isInteger(index) || index < 0 || index > LAST_INDEX) {
    throw new RangeError(`cluster index ${index}: expected 0 to ${LAST_INDEX}`);
  }
  const services = `198.18.${200 + index}.0/24`;
  return {
    pods: `198.18.${index}.0/24`,
    services: dualStack ? `${services},2001:2:0:${index}::/112` : services,
    node: `198.19.0.${100 + index}`,
    apiServer: `198.19.0.${1 + index}`,
  };
}
