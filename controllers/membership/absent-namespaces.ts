/** A Lease is renewed every few seconds: what it carries is bounded. */
const MOST = 500;

/**
 * The value of ABSENT_NAMESPACES_ANNOTATION: those of `exported` that do not exist here, sorted; beyond MOST only
 * their number.
 */
export function absentNamespaces(exported: Iterable<string>, exists: (namespace: string) => boolean): string {
  const absent = [...new Set(exported)].filter((namespace) => !exists(namespace)).sort();
  const more = absent.length - MOST;
  return [...absent.slice(0, MOST), ...(more > 0 ? [`+${more}`] : [])].join(',');
}
