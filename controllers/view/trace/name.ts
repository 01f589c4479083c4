/** What is traced: a Service, or one pod of it. */
export interface Traced {
  namespace: string;
  service: string;
  /** One pod, by its hostname and the cluster that it runs in. */
  pod?: { hostname: string; cluster: string };
}

/**
 * Reads `db`, `db-0.zzzc.db`, or either as DNS has it: `db-0.zzzc.db.prod.svc.clusterset.local`, where the name says
 * the namespace. Undefined for anything else.
 */
export function tracedBy(name: string, namespace: string, domain: string): Traced | undefined {
  const suffix = `.svc.${domain}`;
  const plain = name.replace(/\.$/, '');
  const labels = plain.endsWith(suffix) ? plain.slice(0, -suffix.length).split('.') : plain.split('.');
  const place = plain.endsWith(suffix) ? (labels.pop() ?? '') : namespace;
  if (labels.some((label) => !/^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/.test(label))) return undefined;
  const [first = '', cluster = '', service = ''] = labels;
  if (labels.length === 1) return { namespace: place, service: first };
  return labels.length === 3 ? { namespace: place, service, pod: { hostname: first, cluster } } : undefined;
}

/** The name that DNS answers for it. */
export function dnsNameOf({ namespace, service, pod }: Traced, domain: string): string {
  const name = `${service}.${namespace}.svc.${domain}`;
  return pod === undefined ? name : `${pod.hostname}.${pod.cluster}.${name}`;
}
