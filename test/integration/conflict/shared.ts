import type { IServiceImport } from '#apis/multicluster/service-import.ts';
import { endpoint, service, slice } from '#test/driver/builders.ts';
import type { MemberCluster } from '#test/driver/cluster.ts';
import type { Says } from './cases.ts';

/** The one endpoint that a cluster has for each of its Services. */
export function addressIn(cluster: string, family = 'IPv4'): string {
  const last = { zzzc: 1, shbt: 2, bjpdc: 3 }[cluster] ?? 9;
  return family === 'IPv6' ? `2001:2::${last}` : `198.18.40.${last}`;
}

/** A Service as this cluster has it, with one endpoint. */
export async function has(member: MemberCluster, name: string, { spec = {} }: Says): Promise<void> {
  await member.service(service('prod', name, spec));
  const [family = 'IPv4'] = spec.ipFamilies ?? [];
  const ports = (spec.ports ?? [{ name: 'tcp' }]).map((one, n) => ({
    name: one.name ?? '',
    port: 8000 + n,
    protocol: 'TCP',
  }));
  await member.slice({
    ...slice('prod', name, 'a', [endpoint(addressIn(member.id, family))], ports),
    addressType: family === 'IPv6' ? 'IPv6' : 'IPv4',
  });
}

/** The same, exported. */
export async function exports(member: MemberCluster, name: string, says: Says): Promise<void> {
  await has(member, name, says);
  await member.exports('prod', name, says.exported);
}

/** What must be the same in every member: all but the addresses. */
export function merged({ spec: { ips: _, ...spec } }: IServiceImport): Partial<IServiceImport['spec']> {
  return spec;
}
