import type { Check } from '../catalogue.ts';

/** Of the cluster's DNS, and of the way to the pods. */
export const DNS_CHECKS: readonly Check[] = [
  {
    id: 'TB050',
    title: 'CoreDNS is new enough for names of the set',
    severity: 'warning',
    hint: 'upgrade CoreDNS to 1.12.2, or use the forward way of docs/dns.md',
    cause: 'older ones do not know multicluster, and end at a Corefile that has it.',
    see: "kubectl --context CONTEXT -n kube-system get deployment coredns -o jsonpath='{.spec.template.spec.containers[0].image}'",
    mend: 'upgrade it, or set dns.mode=forward in the chart.',
    pre: true,
    by: ['check'],
  },
  {
    id: 'TB051',
    title: 'CoreDNS may read ServiceImports',
    severity: 'error',
    hint: 'kubectl create clusterrole tombolo-coredns --verb=list,watch --resource=serviceimports.multicluster.x-k8s.io, and bind it',
    cause:
      'the role of a stock CoreDNS does not have the right; without it every name of the set is SERVFAIL.',
    see: 'kubectl --context CONTEXT auth can-i list serviceimports.multicluster.x-k8s.io --as system:serviceaccount:kube-system:coredns -A',
    mend: 'give it the right as docs/dns.md has it; CoreDNS goes on by itself within a minute.',
    by: ['check', 'trace'],
  },
  {
    id: 'TB052',
    title: 'the Corefile has the zone of the set',
    severity: 'warning',
    hint: 'add the block of docs/dns.md to the Corefile',
    cause: 'nobody has told CoreDNS of the zone; its Corefile may lie where it cannot be seen from here.',
    see: 'kubectl --context CONTEXT -n kube-system get configmap coredns -o yaml',
    mend: 'add the block by the way of docs/dns.md that fits the platform.',
    by: ['check'],
  },
  {
    id: 'TB053',
    title: 'every DNS pod answers the name with the addresses of the import',
    severity: 'error',
    hint: 'look at the Corefile (TB052), at the right (TB051), and at the log of CoreDNS',
    cause:
      'NXDOMAIN: the zone is missing, or the answer is cached from before. SERVFAIL: the right or the CRD is missing. REFUSED: the block does not cover the zone.',
    see: 'tombolo trace NAME -n NAMESPACE --context CONTEXT',
    mend: 'follow docs/dns.md; an old answer goes after the seconds of cache.',
    by: ['trace'],
  },
  {
    id: 'TB054',
    title: 'DNS answers over TCP as it does over UDP',
    severity: 'error',
    hint: 'open port 53 for TCP',
    cause: 'a NetworkPolicy or firewall lets only UDP through; long answers need TCP.',
    see: 'tombolo trace NAME -n NAMESPACE --context CONTEXT',
    mend: 'open port 53 for TCP on the Service, and in policies.',
    by: ['trace'],
  },
  {
    id: 'TB055',
    title: 'the pods can be reached from the importing cluster',
    severity: 'error',
    hint: 'look at the routes between the pod networks, at firewalls, and at NetworkPolicies',
    cause:
      'the networks of the clusters are not routed to each other, a policy drops the connection, or nobody listens at the port.',
    see: 'tombolo trace NAME -n NAMESPACE --context CONTEXT',
    mend: 'route the pod ranges both ways, or open the port.',
    by: ['trace'],
  },
];
