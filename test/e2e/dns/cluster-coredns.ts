import { until } from '#test/clusters/machine/until.ts';
import type { Cluster } from '#test/clusters/provider.ts';
import { ask } from '#test/resolver/resolve.ts';

const CORE = '/api/v1/namespaces/kube-system';
const DEPLOYMENT = '/apis/apps/v1/namespaces/kube-system/deployments/coredns';
const CUSTOM = '/etc/coredns/custom';
/** The kubelet looks at ConfigMaps once a minute or so, and CoreDNS at its file every few seconds here. */
const NOTICED_MS = 150_000;

/** The distribution's file, with the door that AKS, k3s and others have for more server blocks. */
const STOCK = `.:53 {
  errors
  health
  ready
  kubernetes cluster.local in-addr.arpa ip6.arpa {
    pods insecure
    fallthrough in-addr.arpa ip6.arpa
    ttl 30
  }
  cache 30
  reload 2s
}
import ${CUSTOM}/*.server
`;

/** The CoreDNS that the distribution brought, as its administrator sees it. */
export class ClusterCoreDns {
  readonly #cluster: Cluster;

  constructor(cluster: Cluster) {
    this.#cluster = cluster;
  }

  /** Makes it what a distribution ships: no word of clusterset.local, a cache, and a door for more server blocks. */
  async becomeStock(): Promise<void> {
    const { admin } = this.#cluster;
    await this.writes(STOCK);
    await admin.call(
      'PATCH',
      DEPLOYMENT,
      {
        spec: {
          template: {
            spec: {
              containers: [{ name: 'coredns', volumeMounts: [{ name: 'custom', mountPath: CUSTOM }] }],
              volumes: [{ name: 'custom', configMap: { name: 'coredns-custom', optional: true } }],
            },
          },
        },
      },
      'application/strategic-merge-patch+json',
    );
    await until('the DNS of the cluster is rolled out', () => this.#isRolledOut(), { timeoutMs: 120_000 });
    await this.noticed('missing.prod.svc.clusterset.local', ['SERVFAIL', 'REFUSED']);
  }

  /** Adds a server block behind the others, or takes all of them away. */
  async hasBlock(block: string | undefined): Promise<void> {
    await this.writes(block === undefined ? STOCK : `${STOCK}${block}\n`);
  }

  async writes(Corefile: string): Promise<void> {
    await this.#cluster.admin.apply(`${CORE}/configmaps/coredns`, {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'coredns' },
      data: { Corefile },
    });
  }

  /** Waits until a name gets one of these response codes, with no restart of anything; gives the time it took. */
  async noticed(name: string, codes: readonly string[]): Promise<number> {
    const began = performance.now();
    const isSo = async () => codes.includes(await this.code(name));
    await until(`${name} is ${codes.join(' or ')}`, isSo, { timeoutMs: NOTICED_MS, everyMs: 250 });
    return performance.now() - began;
  }

  /** The response code for a name. */
  async code(name: string): Promise<string> {
    return (await ask({ ...this.#cluster.dns, name, type: 'A', protocol: 'udp' })).rcode;
  }

  async #isRolledOut(): Promise<boolean> {
    const { metadata, status } = (await this.#cluster.admin.get(DEPLOYMENT)) as {
      metadata: { generation: number };
      status?: {
        observedGeneration?: number;
        replicas?: number;
        updatedReplicas?: number;
        readyReplicas?: number;
      };
    };
    const { observedGeneration = 0, replicas = 0, updatedReplicas = 0, readyReplicas = 0 } = status ?? {};
    const isCurrent = observedGeneration >= metadata.generation;
    return isCurrent && replicas === updatedReplicas && replicas === readyReplicas && replicas > 0;
  }
}
