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
