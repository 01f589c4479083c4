/** Where one CoreDNS listens and how it gets into its cluster. */
export interface CorefilePlace {
  bind: string;
  port: number;
  readyPort: number;
  kubeconfig: string;
}

/**
 * Both zones over the stock `kubernetes` plugin. No cache plugin and a TTL of 0: an answer is what CoreDNS
 * knows now.
 */
export function corefile({ bind, port, readyPort, kubeconfig }: CorefilePlace): string {
  return `cluster.local:${port} clusterset.local:${port} {
  bind ${bind}
  errors
  ready ${bind}:${readyPort}
  kubernetes cluster.local clusterset.local {
    kubeconfig ${kubeconfig}
    multicluster clusterset.local
    ttl 0
  }
}
`;
}

/**
 * For CoreDNS as a Deployment: the stock file of Kubernetes' installers without its cache, with clusterset.local where
 * the kinds for it are there. Whatever else is asked goes to a resolver that knows no name: there is no way out.
 */
export function clusterCorefile({ multicluster }: { multicluster: boolean }): string {
  const zones = ['cluster.local', ...(multicluster ? ['clusterset.local'] : []), 'in-addr.arpa', 'ip6.arpa'];
  return `.:53 {
  errors
  health
  ready
  kubernetes ${zones.join(' ')} {
    pods insecure
    fallthrough in-addr.arpa ip6.arpa
    ttl 0${multicluster ? '\n    multicluster clusterset.local' : ''}
  }
  forward . 127.0.0.1:5353
  reload 2s
}
.:5353 {
  bind 127.0.0.1
  template ANY ANY {
    rcode NXDOMAIN
  }
}
`;
}
