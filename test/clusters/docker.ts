import type { StartedNetwork } from 'testcontainers';
import type { Addresses } from './addresses.ts';
import { AdminClient } from './admin.ts';
import { answers, coreDnsAccess, isSynced } from './control-plane/coredns.ts';
import { corefile } from './control-plane/corefile.ts';
import { definesServiceImports, installCrds } from './crds.ts';
import { DockerNode } from './docker-node.ts';
import { kubeconfig } from './kubeconfig.ts';
import { until } from './machine/until.ts';
import { installClusterDns } from './node/cluster-dns.ts';
import { rangesOf } from './node/ranges.ts';
import { dnsAddresses } from './node/service-addresses.ts';
import type {
  ApiServerControl,
  Capability,
  Cluster,
  ClusterProvider,
  ClusterSpec,
  DnsAddress,
  StartRequest,
} from './provider.ts';
import { readKubeconfigText } from './read-kubeconfig.ts';
import { RemoteCluster } from './remote-cluster.ts';

/** The same minor versions as the Go modules under go/. */
const K3S_IMAGE = 'rancher/k3s:v1.34.4-k3s1';
const COREDNS_IMAGE = 'coredns/coredns:1.14.7';
const API_PORT = 6443;
const START_TIMEOUT_MS = 300_000;

/** Clusters in containers of a running Docker engine: K3s each, with a real kubelet, and CoreDNS beside it. */
export class DockerProvider implements ClusterProvider {
  readonly name = 'docker';
  readonly capabilities: ReadonlySet<Capability> = new Set([
    'api',
    'controllers',
    'pods',
    'nodes',
    'dns',
    'restart',
  ]);
  readonly #nodes: DockerNode[] = [];
  #network: Promise<StartedNetwork> | undefined;

  async prepare(): Promise<void> {
    // Loaded only here: nobody without Docker pays for it.
    await import('testcontainers');
  }

  async start({ spec, index, workspace }: StartRequest): Promise<Cluster> {
    const { K3sContainer } = await import('@testcontainers/k3s');
    const addresses = rangesOf({ spec, index });
    const port = await workspace.port();
    const network = await this.#sharedNetwork(workspace.defer.bind(workspace));
    const container = await new K3sContainer(K3S_IMAGE)
      .withCommand(k3sCommand(spec, addresses))
      // A fixed port: it must be the same after the API server has been stopped and started.
      .withExposedPorts({ container: API_PORT, host: port })
      .withNetwork(network)
      .withNetworkAliases(spec.name)
      .withAutoRemove(false)
      .withStartupTimeout(START_TIMEOUT_MS)
      .start();
    workspace.defer(async () => {
      await container.stop({ remove: true, timeout: 0 });
    });
    const { access, text } = await readKubeconfigText(container.getKubeConfig(), spec.name);
    const admin = new AdminClient(access);
    await until(`${spec.name} becomes ready`, () => admin.ready());
    const address = container.getIpAddress(network.getName());
    const place = { container, name: spec.name, address, addresses, kubeconfig: text };
    const node = await this.#join(new DockerNode(place), workspace);
    const cluster = await RemoteCluster.open({
      name: spec.name,
      provider: this.name,
      access,
      kubeconfig: text,
      workspace,
      apiServer: new ContainerApiServer(container.getId(), admin),
      serverForPods: `https://${address}:${API_PORT}`,
      node,
      startDns: async (remote) => await startCoreDnsContainer(remote, network, workspace),
    });
    await installCrds(admin, spec.crds ?? []);
    if (spec.node) {
      await installClusterDns(admin, {
        stack: spec.stack ?? 'ipv4',
        addresses: dnsAddresses(addresses.services),
        multicluster: definesServiceImports(spec.crds ?? []),
        image: COREDNS_IMAGE,
      });
    }
    if (spec.dns || (spec.node && definesServiceImports(spec.crds ?? []))) await cluster.startDns();
    return cluster;
  }

  /** Every node gets a route to the pods of every other one. */
  async #join(node: DockerNode, workspace: StartRequest['workspace']): Promise<DockerNode> {
    const others = [...this.#nodes];
    this.#nodes.push(node);
    workspace.defer(async () => {
      this.#nodes.splice(this.#nodes.indexOf(node), 1);
    });
    await Promise.all(others.flatMap((other) => [node.routeTo(other), other.routeTo(node)]));
    return node;
  }

  #sharedNetwork(defer: StartRequest['workspace']['defer']): Promise<StartedNetwork> {
    this.#network ??= import('testcontainers').then(async ({ Network }) => {
      const network = await new Network().start();
      defer(async () => {
        this.#network = undefined;
        await network.stop();
      });
      return network;
    });
    return this.#network;
  }
}

/** K3s without its extras; its own CoreDNS does not know clusterset.local. */
function k3sCommand(spec: ClusterSpec, addresses: Addresses): string[] {
  return [
    'server',
    '--disable=traefik,servicelb,metrics-server,local-storage,coredns',
    `--cluster-cidr=${addresses.pods.join(',')}`,
    `--service-cidr=${addresses.services.join(',')}`,
    '--flannel-backend=host-gw',
    `--node-name=${spec.name}`,
    `--tls-san=${spec.name}`,
    ...(spec.apiServerFlags ?? []).map((flag) => `--kube-apiserver-arg=${flag.replace(/^--/, '')}`),
  ];
}

/** K3s is one process: with the API server all the rest of the cluster stops and starts. */
class ContainerApiServer implements ApiServerControl {
  readonly #id: string;
  readonly #admin: AdminClient;

  constructor(id: string, admin: AdminClient) {
    this.#id = id;
    this.#admin = admin;
  }

  async stop(): Promise<void> {
    await (await this.#container()).stop();
  }

  async kill(): Promise<void> {
    await (await this.#container()).kill();
  }

  async start(): Promise<void> {
    await (await this.#container()).start();
    await until('the API server is ready again', () => this.#admin.ready(), { timeoutMs: START_TIMEOUT_MS });
  }

  async pause(): Promise<void> {
    await (await this.#container()).pause();
  }

  async resume(): Promise<void> {
    await (await this.#container()).unpause();
  }

  async #container() {
    const { getContainerRuntimeClient } = await import('testcontainers');
    return (await getContainerRuntimeClient()).container.getById(this.#id);
  }
}

async function startCoreDnsContainer(
  cluster: RemoteCluster,
  network: StartedNetwork,
  workspace: StartRequest['workspace'],
): Promise<DnsAddress> {
  const { GenericContainer, Wait } = await import('testcontainers');
  const access = await coreDnsAccess(cluster.name, cluster);
  const [port, readyPort] = [await workspace.port(), await workspace.port()];
  const inside = kubeconfig({ [cluster.name]: { ...access, server: `https://${cluster.name}:${API_PORT}` } });
  const config = '/etc/coredns/kubeconfig';
  const container = await new GenericContainer(COREDNS_IMAGE)
    .withCommand(['-conf', '/etc/coredns/Corefile'])
    .withCopyContentToContainer([
      {
        content: corefile({ bind: '0.0.0.0', port, readyPort, kubeconfig: config }),
        target: '/etc/coredns/Corefile',
      },
      { content: inside, target: config },
    ])
    .withExposedPorts(
      { container: port, host: port, protocol: 'udp' },
      { container: port, host: port, protocol: 'tcp' },
      { container: readyPort, host: readyPort },
    )
    .withNetwork(network)
    .withWaitStrategy(Wait.forLogMessage('CoreDNS-'))
    .start();
  workspace.defer(async () => {
    await container.stop();
  });
  await until(`CoreDNS of ${cluster.name} has read everything`, () => isSynced(readyPort));
  const dns = { server: '127.0.0.1', port };
  await until(`CoreDNS of ${cluster.name} answers`, () => answers(dns));
  return dns;
}
