/**
 * Orders two resourceVersions of one resource: negative where `a` is older, 0 for equal, positive where it is
 * newer. They are revisions of etcd, 64-bit integers in decimal without leading zeros, so that the longer one
 * is the newer one: exact beyond 2^53, and free of allocation on the path of every event.
 */
export function compareVersions(a: string, b: string): number {
  if (a.length !== b.length) return a.length - b.length;
  return a < b ? -1 : a > b ? 1 : 0;
}
