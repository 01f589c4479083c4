import ipaddr from 'ipaddr.js';

/**
 * The pods' network: a bridge on the node, addresses from the node's ranges, handed out in turn. Nothing is
 * masqueraded: pods of other clusters see a pod's own address.
 */
export function cniConfig(podRanges: readonly string[], ipamFolder: string): string {
  return JSON.stringify({
    cniVersion: '1.0.0',
    name: 'pods',
    plugins: [
      {
        type: 'bridge',
        bridge: 'cni0',
        isGateway: true,
        hairpinMode: true,
        ipMasq: false,
        ipam: {
          type: 'host-local',
          dataDir: ipamFolder,
          ranges: podRanges.map((subnet) => [{ subnet }]),
          routes: podRanges.map((range) => ({ dst: everythingOf(range) })),
        },
      },
      { type: 'portmap', capabilities: { portMappings: true } },
    ],
  });
}

/** The default route of the range's family. */
function everythingOf(range: string): string {
  return ipaddr.parseCIDR(range)[0].kind() === 'ipv6' ? '::/0' : '0.0.0.0/0';
}
