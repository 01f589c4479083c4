export const LONG = { namespace: 'n'.repeat(63), name: 's'.repeat(63), hostname: 'h'.repeat(63) };

/** There from the start, in both clusters. */
export const NAMESPACES = ['prod', 'prod-web', 'team-red', 'team-blue', 'elsewhere', LONG.namespace];
