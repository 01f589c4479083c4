/** The zone that KEP-1645 reserves for the set. */
const ZONE = 'svc.clusterset.local';

/**
 * A question to DNS (`A`, `SRV`), or one connection to a name (`CONNECT`), or many of which the clusters that
 * answered count (`SPREAD`).
 */
export type QuestionType = 'A' | 'SRV' | 'CONNECT' | 'SPREAD';

/** One name and what everybody who asks for it has to find. */
export interface Expectation {
  name: string;
  type: QuestionType;
  /** Of connections. */
  port?: number;
  /** In which member this is asked; absent: in each. */
  askedIn?: string;
  /** Sorted. Empty: the name must not exist. */
  want: string[];
}

/** The pods of the exported StatefulSet: member to hostname to address. */
export type PodAddresses = ReadonlyMap<string, ReadonlyMap<string, string>>;

/** `db-0.zzzc.db.prod.svc.clusterset.local` */
export function podName(hostname: string, cluster: string, service: string, namespace: string): string {
  return `${hostname}.${cluster}.${service}.${namespace}.${ZONE}`;
}

/** `db.prod.svc.clusterset.local` */
export function serviceName(service: string, namespace: string): string {
  return `${service}.${namespace}.${ZONE}`;
}

/** What DNS must say of a headless Service: each pod by its own name, all of them by the Service's, and SRV. */
export function headlessExpectations(
  namespace: string,
  service: string,
  port: { name: string; number: number },
  pods: PodAddresses,
): Expectation[] {
  const each = [...pods].flatMap(([cluster, addresses]) =>
    [...addresses].map(([hostname, address]) => ({
      name: podName(hostname, cluster, service, namespace),
      address,
    })),
  );
  return [
    ...each.map(({ name, address }): Expectation => ({ name, type: 'A', want: [address] })),
    { name: serviceName(service, namespace), type: 'A', want: each.map(({ address }) => address).sort() },
    {
      name: `_${port.name}._tcp.${serviceName(service, namespace)}`,
      type: 'SRV',
      want: each.map(({ name }) => `${name}:${port.number}`).sort(),
    },
  ];
}

/** A ClusterSetIP Service has one address in each member: that member's own derived ClusterIP. */
export function clusterSetIpExpectations(
  namespace: string,
  service: string,
  clusterIPs: ReadonlyMap<string, string>,
): Expectation[] {
  return [...clusterIPs].map(([askedIn, ip]) => ({
    name: serviceName(service, namespace),
    type: 'A',
    askedIn,
    want: [ip],
  }));
}
