import ipaddr from 'ipaddr.js';

/** The Service `kubernetes`: the first address of each range. */
export function apiServiceAddresses(serviceRanges: readonly string[]): string[] {
  return serviceRanges.map((range) => addressIn(range, 1));
}

/** The Service `kube-dns`: the tenth address of each range, as Kubernetes' installers choose it. */
export function dnsAddresses(serviceRanges: readonly string[]): string[] {
  return serviceRanges.map((range) => addressIn(range, 10));
}

/** Address number `n` below 256 of a range that begins at a multiple of 256. */
function addressIn(range: string, n: number): string {
  const [base] = ipaddr.parseCIDR(range);
  const bytes = base.toByteArray();
  return ipaddr.fromByteArray([...bytes.slice(0, -1), (bytes.at(-1) ?? 0) + n]).toString();
}
