/** Most characters of keys and values together, for labels and for annotations each. */
export const EXPORTED_METADATA_LIMIT = 64 * 1024;

/** Most labels, and most annotations, that a record may hold; the hub's CRD has the same bound. */
export const EXPORTED_KEYS_LIMIT = 256;

/** Characters of keys and values together: what EXPORTED_METADATA_LIMIT bounds. */
export function charactersOf(map: Readonly<Record<string, string>>): number {
  return Object.entries(map).reduce((sum, [key, value]) => sum + key.length + value.length, 0);
}

/** A label or annotation that does not travel, and why. */
export interface DroppedKey {
  readonly key: string;
  readonly why: string;
}

/** Domains whose keys never travel, they and their subdomains. */
const RESERVED_DOMAINS: ReadonlyMap<string, string> = new Map([
  ['kubernetes.io', 'is reserved for Kubernetes'],
  ['k8s.io', 'is reserved for Kubernetes'],
  ['tombolo.dev', 'is reserved for Tombolo'],
  ['argoproj.io', 'belongs to Argo'],
  ['fluxcd.io', 'belongs to Flux'],
  ['helm.sh', 'belongs to Helm'],
  ['k14s.io', 'belongs to kapp'],
  ['cattle.io', 'belongs to Rancher'],
  ['gke.io', 'belongs to Config Sync'],
]);

/**
 * Recommended labels say what runs, which is worth a trip; but Argo CD and Helm find the objects they own by
 * these two, and prune or adopt ours (https://github.com/linkerd/linkerd2/issues/11358).
 */
const APP_PREFIX = 'app.kubernetes.io';
const APP_OWNERSHIP = new Set(['instance', 'managed-by']);

const PREFIX = /^(?=.{1,253}$)[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;
const NAME = /^[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?$/;
const LABEL_VALUE = /^([A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?)?$/;

/**
 * What of `exportedLabels` or `exportedAnnotations` may travel. The exporter applies it to what the user asked
 * for, the importer to what a record says. Dropped: keys by which tools find the objects they own, keys
 * reserved for Kubernetes, the MCS API and Tombolo, and what no API server takes. Sorted by key, so that equal
 * maps give equal text.
 */
export function filterExported(
  map: Readonly<Record<string, string>> | null | undefined,
  kind: 'labels' | 'annotations',
): { kept: Record<string, string>; dropped: DroppedKey[] } {
  const kept: [string, string][] = [];
  const dropped: DroppedKey[] = [];
  for (const [key, value] of Object.entries(map ?? {})) {
    const why = refuseKey(key) ?? refuseValue(value, kind);
    if (why === undefined) kept.push([key, value]);
    else dropped.push({ key, why });
  }
  // fromEntries defines own properties: a key such as __proto__ cannot reach a prototype.
  return {
    kept: Object.fromEntries(kept.sort(([a], [b]) => (a < b ? -1 : 1))),
    dropped: dropped.sort((a, b) => (a.key < b.key ? -1 : 1)),
  };
}

function refuseKey(key: string): string | undefined {
  const slash = key.indexOf('/');
  const prefix = key.slice(0, Math.max(slash, 0));
  const name = key.slice(slash + 1);
  if (!NAME.test(name) || (slash >= 0 && !PREFIX.test(prefix))) return 'is not a valid key';
  if (prefix === APP_PREFIX) {
    return APP_OWNERSHIP.has(name) ? 'is how deployment tools find what they own' : undefined;
  }
  if (prefix.startsWith('multicluster.')) return 'is reserved for the Multi-Cluster Services API';
  for (const [domain, why] of RESERVED_DOMAINS) {
    if (prefix === domain || prefix.endsWith(`.${domain}`)) return why;
  }
  return undefined;
}

function refuseValue(value: unknown, kind: 'labels' | 'annotations'): string | undefined {
  if (typeof value !== 'string') return 'has a value that is not a string';
  return kind === 'labels' && !LABEL_VALUE.test(value) ? 'has a value that no label may have' : undefined;
}
