import { MAX_ENDPOINTS } from '#apis/hub/endpoint-line.ts';
import type { Endpoint } from '#apis/kubernetes/endpoint-slice.ts';
import { type AddressRanges, canonicalAddress, type IPFamily, refuseAddress } from './addresses.ts';

/** An endpoint that is left out while the rest of its slice goes on, and why. */
export interface Dropped {
  /** The address, or the part of the line that could not be read. */
  readonly address: string;
  readonly why: string;
}

/** The API server's bound on the addresses of one endpoint. */
const MAX_ADDRESSES = 100;
const HOSTNAME = /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/;

/** Why an endpoint may not be used; undefined: it may. One bad address takes its endpoint along. */
export function refuseEndpoint(
  endpoint: Endpoint,
  family: IPFamily,
  ranges?: AddressRanges,
): Dropped | undefined {
  const { addresses, hostname } = endpoint;
  if (!Array.isArray(addresses) || addresses.length === 0) return { address: '', why: 'has no address' };
  if (addresses.length > MAX_ADDRESSES) {
    return { address: addresses[0] ?? '', why: `has more than ${MAX_ADDRESSES} addresses` };
  }
  for (const address of addresses) {
    const why = refuseAddress(address, family, ranges);
    if (why !== undefined) return { address, why };
  }
  // The API server refuses the whole slice for it.
  if (typeof hostname === 'string' && !HOSTNAME.test(hostname)) {
    return { address: addresses[0] ?? '', why: 'has a hostname that is not a DNS label' };
  }
  return undefined;
}

/** The endpoints of a local slice that may leave it, in canonical form and within the API server's bound. */
export function admitLocal(
  endpoints: readonly Endpoint[],
  family: IPFamily,
): { endpoints: Endpoint[]; dropped: Dropped[] } {
  const admitted: Endpoint[] = [];
  const dropped: Dropped[] = [];
  for (const endpoint of endpoints.slice(0, MAX_ENDPOINTS)) {
    const refused = refuseEndpoint(endpoint, family);
    if (refused === undefined) {
      admitted.push(endpoint);
      continue;
    }
    const canonical = inCanonicalForm(endpoint, family);
    const still = canonical && refuseEndpoint(canonical, family);
    if (canonical && still === undefined) admitted.push(canonical);
    else dropped.push(still ?? refused);
  }
  noteExcess(endpoints.length, dropped);
  return { endpoints: admitted, dropped };
}

/** Notes in one entry what lies above the API server's bound on endpoints. */
export function noteExcess(total: number, dropped: Dropped[]): void {
  if (total <= MAX_ENDPOINTS) return;
  dropped.push({
    address: `${total - MAX_ENDPOINTS} of ${total} endpoints`,
    why: `did not fit (the limit is ${MAX_ENDPOINTS})`,
  });
}

/** One line for logs and events: the first few, and how many more. */
export function describeDropped(dropped: readonly Dropped[], limit = 3): string {
  const shown = dropped.slice(0, limit).map(({ address, why }) => `${address.slice(0, 64)} ${why}`);
  const more = dropped.length - shown.length;
  return more > 0 ? `${shown.join('; ')}; and ${more} more` : shown.join('; ');
}

function inCanonicalForm(endpoint: Endpoint, family: IPFamily): Endpoint | undefined {
  if (!Array.isArray(endpoint.addresses)) return undefined;
  const addresses: string[] = [];
  for (const address of endpoint.addresses) {
    const canonical = canonicalAddress(address, family);
    if (canonical === undefined) return undefined;
    addresses.push(canonical);
  }
  return { ...endpoint, addresses };
}
