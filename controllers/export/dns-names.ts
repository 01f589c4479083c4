import type { Endpoint } from '#apis/kubernetes/endpoint-slice.ts';

/** Longest name that DNS knows, without the dot at its end. */
const LONGEST_NAME = 253;
const ZONE = 'svc.clusterset.local';

/** Where a Service lies, as its DNS names spell it. */
export interface NamedPlace {
  cluster: string;
  namespace: string;
  service: string;
}

/**
 * What to say of endpoints whose own name in the set would be longer than DNS allows; undefined: all have one.
 * Such endpoints are exported all the same: the Service's name and its address list lack nothing.
 */
export function namelessEndpoints(
  endpoints: readonly Endpoint[],
  { cluster, namespace, service }: NamedPlace,
): string | undefined {
  const suffix = `.${cluster}.${service}.${namespace}.${ZONE}`;
  // A hostname is one label of at most 63 characters.
  if (suffix.length + 63 <= LONGEST_NAME) return undefined;
  const tooLong = endpoints.filter(
    ({ hostname }) => hostname && hostname.length + suffix.length > LONGEST_NAME,
  );
  const [first] = tooLong;
  if (first?.hostname === undefined) return undefined;
  const length = first.hostname.length + suffix.length;
  const others = tooLong.length > 1 ? ` and ${tooLong.length - 1} more` : '';
  return (
    `endpoint ${first.hostname}${others} cannot be resolved by its own name, which would have ${length} ` +
    `characters where DNS allows ${LONGEST_NAME}; give it a shorter hostname, or the cluster a shorter id`
  );
}
