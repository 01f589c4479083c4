/** A Go module under test/clusters/go, and the programs built from it in one go. */
export interface GoModule {
  /** Its folder, and the first part of the cache folder's name. */
  name: string;
  /** The module whose version in go.mod is the programs' version. */
  versionOf: string;
  /** Program name → its main package. */
  programs: Readonly<Record<string, string>>;
  ldflags: (version: string) => readonly string[];
  /** A folder of data that the programs need, inside the versioned module: copied beside them. */
  data?: { from: string; files: readonly string[] };
  /** With an empty build cache on two cores. */
  usualMs: number;
}

export type ModuleName = 'etcd' | 'kubernetes' | 'kubernetes-node' | 'coredns' | 'kwok' | 'helm';

const STRIP = ['-s', '-w'];

export const MODULES: Readonly<Record<ModuleName, GoModule>> = {
  etcd: {
    name: 'etcd',
    versionOf: 'go.etcd.io/etcd/server/v3',
    programs: { etcd: 'go.etcd.io/etcd/server/v3', etcdutl: 'go.etcd.io/etcd/etcdutl/v3' },
    ldflags: () => STRIP,
    usualMs: 65_000,
  },
  kubernetes: {
    name: 'kubernetes',
    versionOf: 'k8s.io/kubernetes',
    programs: {
      'kube-apiserver': 'k8s.io/kubernetes/cmd/kube-apiserver',
      'kube-controller-manager': 'k8s.io/kubernetes/cmd/kube-controller-manager',
      'kube-scheduler': 'k8s.io/kubernetes/cmd/kube-scheduler',
    },
    ldflags: kubernetesStamps,
    usualMs: 290_000,
  },
  // A module of its own: nobody builds the API server anew for it, nor these for clusters without nodes.
  'kubernetes-node': {
    name: 'kubernetes-node',
    versionOf: 'k8s.io/kubernetes',
    programs: {
      kubelet: 'k8s.io/kubernetes/cmd/kubelet',
      'kube-proxy': 'k8s.io/kubernetes/cmd/kube-proxy',
      kubectl: 'k8s.io/kubernetes/cmd/kubectl',
    },
    ldflags: kubernetesStamps,
    usualMs: 150_000,
  },
  coredns: {
    name: 'coredns',
    versionOf: 'github.com/coredns/coredns',
    programs: { coredns: 'github.com/coredns/coredns' },
    ldflags: () => STRIP,
    usualMs: 105_000,
  },
  kwok: {
    name: 'kwok',
    versionOf: 'sigs.k8s.io/kwok',
    programs: { kwok: 'sigs.k8s.io/kwok/cmd/kwok' },
    ldflags: () => STRIP,
    data: {
      from: 'kustomize/stage',
      files: [
        'node/fast/node-initialize.yaml',
        'node/heartbeat-with-lease/node-heartbeat-with-lease.yaml',
        'pod/fast/pod-ready.yaml',
        'pod/fast/pod-complete.yaml',
        'pod/fast/pod-delete.yaml',
      ],
    },
    usualMs: 85_000,
  },
  // For the tests of the charts only: the oldest Helm that they promise to work with. Helm 4 comes as a binary.
  helm: {
    name: 'helm',
    versionOf: 'helm.sh/helm/v3',
    programs: { helm: 'helm.sh/helm/v3/cmd/helm' },
    ldflags: helmStamps,
    usualMs: 150_000,
  },
};

/** Without them the server calls itself v0.0.0-master, and clients complain. */
function kubernetesStamps(version: string): string[] {
  const [major = '', minor = ''] = version.replace(/^v/, '').split('.');
  return [
    ...STRIP,
    `-X k8s.io/component-base/version.gitVersion=${version}`,
    `-X k8s.io/component-base/version.gitMajor=${major}`,
    `-X k8s.io/component-base/version.gitMinor=${minor}`,
    `-X k8s.io/client-go/pkg/version.gitVersion=${version}`,
  ];
}

/** Without them `helm template` takes every cluster for Kubernetes 1.20. */
function helmStamps(version: string): string[] {
  const helm = 'helm.sh/helm/v3';
  const stamps = {
    'internal/version.version': version,
    'pkg/chartutil.k8sVersionMinor': '34',
    'pkg/lint/rules.k8sVersionMinor': '34',
  };
  return [...STRIP, ...Object.entries(stamps).map(([name, value]) => `-X ${helm}/${name}=${value}`)];
}

/** The version that a go.mod requires of a module. @throws when it does not. */
export function requiredVersion(goMod: string, module: string): string {
  const line = goMod.split('\n').find((text) =>
    text
      .replace(/^require/, '')
      .trim()
      .startsWith(`${module} v`),
  );
  const version = line?.match(/\sv\S+/)?.[0].trim();
  if (version === undefined) throw new Error(`go.mod requires no ${module}`);
  return version;
}
