import type { KeyPair } from '../control-plane/certs.ts';
import type { Program } from '../machine/program.ts';
import type { Workspace } from '../machine/workspace.ts';
import type { NodeSpace } from './node-space.ts';

export interface KubeletPlace {
  /** The cluster's name. */
  name: string;
  node: string;
  addresses: readonly string[];
  kubeconfig: string;
  clientCa: string;
  /** For its own server, which the API server asks for exec and logs. */
  serving: KeyPair;
  clusterDns: readonly string[];
  containerd: string;
  /** Below it all pods have theirs. */
  cgroup: string;
}

/** Starts the kubelet in the node's space; what it is ready for, the Node object tells. */
export async function startKubelet(
  workspace: Workspace,
  binary: string,
  place: KubeletPlace,
  space: NodeSpace,
): Promise<Program> {
  const file = (name: string, text: string) => workspace.write(`${place.name}-kubelet-${name}`, text);
  const config = kubeletConfig(place, space, {
    cert: file('serving.crt', place.serving.cert),
    key: file('serving.key', place.serving.key),
    resolvConf: file('resolv.conf', ''),
  });
  return await space.launch('kubelet', binary, [
    `--config=${file('config.json', JSON.stringify(config))}`,
    `--kubeconfig=${place.kubeconfig}`,
    `--root-dir=${space.file('kubelet')}`,
    `--hostname-override=${place.node}`,
    `--node-ip=${place.addresses.join(',')}`,
    // As the cloud provider of a real one would say; the hostname of the machine is not the node's.
    `--node-labels=topology.kubernetes.io/region=${place.name},topology.kubernetes.io/zone=${place.name}-a`,
  ]);
}

function kubeletConfig(
  place: KubeletPlace,
  space: NodeSpace,
  files: { cert: string; key: string; resolvConf: string },
): object {
  return {
    apiVersion: 'kubelet.config.k8s.io/v1beta1',
    kind: 'KubeletConfiguration',
    authentication: { anonymous: { enabled: false }, x509: { clientCAFile: place.clientCa } },
    tlsCertFile: files.cert,
    tlsPrivateKeyFile: files.key,
    containerRuntimeEndpoint: `unix://${place.containerd}`,
    clusterDomain: 'cluster.local',
    clusterDNS: place.clusterDns,
    // Pods find nothing outside of the cluster: there is no way out.
    resolvConf: files.resolvConf,
    podLogsDir: space.file('pod-logs'),
    volumePluginDir: space.file('volume-plugins'),
    // The machine's cgroups are as they are, often version 1, and their parents are not ours to manage.
    failCgroupV1: false,
    cgroupDriver: 'cgroupfs',
    cgroupRoot: place.cgroup,
    cgroupsPerQOS: true,
    enforceNodeAllocatable: [],
    failSwapOn: false,
    oomScoreAdj: 0,
    localStorageCapacityIsolation: false,
    // A test's machine may be short of anything: that is no reason to evict pods or images.
    evictionHard: {
      'memory.available': '0%',
      'nodefs.available': '0%',
      'nodefs.inodesFree': '0%',
      'imagefs.available': '0%',
      'imagefs.inodesFree': '0%',
    },
    imageGCHighThresholdPercent: 100,
    // Quick to notice, and quick to say so.
    nodeStatusUpdateFrequency: '2s',
    syncFrequency: '10s',
    shutdownGracePeriod: '0s',
    registerNode: true,
  };
}
