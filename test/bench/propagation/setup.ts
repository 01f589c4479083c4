import type { ApiServer } from '../rig/api-server.ts';
import { LANE_NAMESPACES, type Lane } from './lanes.ts';

/** Where on the hub the relays' objects lie: nothing that stands for a member, so the product ignores them. */
export function hubNamespaceOf(lane: Lane): string {
  return `bench-${LANE_NAMESPACES[lane]}`;
}

/** Creates a namespace on one API server. */
export async function createNamespace(server: ApiServer, name: string): Promise<void> {
  const body = JSON.stringify({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } });
  await server.send('POST', '/api/v1/namespaces', body);
}

/** Creates what every lane needs in A, B and on the hub, before any process of the rig starts. */
export async function prepareNamespaces(
  servers: { a: ApiServer; b: ApiServer; hub: ApiServer },
  lanes: readonly Lane[],
): Promise<void> {
  for (const lane of lanes) {
    await createNamespace(servers.a, LANE_NAMESPACES[lane]);
    await createNamespace(servers.b, LANE_NAMESPACES[lane]);
    if (lane !== 'product') await createNamespace(servers.hub, hubNamespaceOf(lane));
  }
}
