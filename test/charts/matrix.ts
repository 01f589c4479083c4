import { type ChartName, ENOUGH } from './driver/charts.ts';

/** One way to use a chart: every switch and every free piece occurs in at least one. */
export interface Use {
  title: string;
  chart: ChartName;
  values: object;
}

const DIGEST = `sha256:${'0123456789abcdef'.repeat(4)}`;

/** What both charts have, turned on. */
const everything = {
  replicaCount: 0,
  image: { registry: '', repository: 'registry.example.com:5000/x/tombolo', tag: '1.2.3', digest: DIGEST },
  imagePullSecrets: [{ name: 'pull' }],
  fullnameOverride: 'other-name',
  namespaceOverride: 'elsewhere',
  commonLabels: { team: 'platform' },
  serviceAccount: { name: 'other-account', annotations: { 'example.com/role': 'x' } },
  logLevel: 'debug',
  logFormat: 'text',
  heapPercentage: 60,
  priorityClassName: 'system-cluster-critical',
  nodeSelector: { 'kubernetes.io/os': 'linux' },
  tolerations: [{ key: 'dedicated', operator: 'Exists', effect: 'NoSchedule' }],
  affinity: { nodeAffinity: { preferredDuringSchedulingIgnoredDuringExecution: [] } },
  topologySpreadConstraints: [
    { maxSkew: 1, topologyKey: 'topology.kubernetes.io/zone', whenUnsatisfiable: 'ScheduleAnyway' },
  ],
  podLabels: { 'example.com/a': '1' },
  podAnnotations: { 'example.com/b': '2' },
  podDisruptionBudget: { enabled: true, minAvailable: 1 },
  networkPolicy: {
    enabled: true,
    apiServerPorts: [443],
    extraIngress: [{ from: [{ podSelector: {} }] }],
    extraEgress: [{ to: [{ ipBlock: { cidr: '192.0.2.0/24' } }] }],
  },
  metrics: {
    port: 9090,
    serviceMonitor: {
      enabled: true,
      namespace: 'elsewhere',
      labels: { release: 'prometheus' },
      interval: '30s',
      scrapeTimeout: '10s',
      relabelings: [{ targetLabel: 'cluster', replacement: 'zzzc' }],
      metricRelabelings: [{ sourceLabels: ['__name__'], regex: 'nodejs_.*', action: 'drop' }],
    },
    prometheusRule: { enabled: true, labels: { release: 'prometheus' } },
    dashboards: { enabled: true, namespace: 'elsewhere', annotations: { grafana_folder: 'Tombolo' } },
  },
  extraArgs: ['--log-level=warn'],
  extraEnv: [{ name: 'HTTPS_PROXY', value: 'http://192.0.2.1:3128' }],
  extraVolumes: [{ name: 'more', emptyDir: {} }],
  extraVolumeMounts: [{ name: 'more', mountPath: '/more' }],
  extraObjects: [
    { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'extra', namespace: 'elsewhere' } },
    'apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: {{ .Release.Name }}-text\n  namespace: elsewhere\n',
  ],
  global: { anything: [1, 2] },
  enabled: true,
};

const minimal = {
  crds: { enabled: false },
  rbac: { create: false },
  admissionPolicies: { enabled: false },
  serviceAccount: { create: false, name: 'made-by-others' },
  heapPercentage: 0,
  metrics: { podMonitor: { enabled: true } },
  podDisruptionBudget: { enabled: true },
};

const members = {
  zzzc: { allowedNamespaces: ['prod', 'team-*'], addressRanges: ['198.18.1.0/24'] },
  shbt: {},
  123: {},
};
const forward = { mode: 'forward', forward: { clusterIP: '', replicaCount: 1 } };

export const USES: readonly Use[] = [
  { title: 'nothing said', chart: 'tombolo-hub', values: {} },
  {
    title: 'members, one by digits only',
    chart: 'tombolo-hub',
    values: {
      members,
      credentials: { tokenSecrets: true },
      memberLimits: { enabled: true, services: 1_000_000, slices: 20 },
    },
  },
  {
    title: 'everything',
    chart: 'tombolo-hub',
    values: {
      ...everything,
      members,
      hubUrl: 'https://hub.example.com:6443',
      clusterSet: {
        spec: {
          precedence: 'HubTime',
          namespaces: { deny: ['secret-*'], allow: ['kube-public'] },
          staleness: { graceSeconds: 60, headless: 'Keep', clusterSetIP: 'Withdraw' },
          resolverVersion: 1,
        },
      },
    },
  },
  {
    title: 'as little as possible',
    chart: 'tombolo-hub',
    values: { ...minimal, clusterSet: { create: false } },
  },
  { title: 'what is required', chart: 'tombolo-member', values: ENOUGH },
  {
    title: 'everything, with a token and its own CoreDNS',
    chart: 'tombolo-member',
    values: {
      ...everything,
      ...ENOUGH,
      hub: { existingSecret: 'hub-token', url: 'https://hub.example.com:6443' },
      leaseInterval: '30s',
      headlessDerivedService: true,
      acceptClustersetUid: '6f9b2c1e-0000-4000-8000-000000000000',
      dns: {
        ...forward,
        forward: {
          ...forward.forward,
          replicaCount: 2,
          image: { digest: DIGEST },
          clusterIP: '10.0.0.53',
          tolerations: [{ operator: 'Exists' }],
          nodeSelector: { 'kubernetes.io/os': 'linux' },
          priorityClassName: 'system-cluster-critical',
        },
      },
    },
  },
  {
    title: 'as little as possible, and a block in the cluster’s CoreDNS',
    chart: 'tombolo-member',
    values: { ...minimal, ...ENOUGH, dns: { mode: 'native-block', nativeBlock: { port: 8053 } } },
  },
  { title: 'its own CoreDNS', chart: 'tombolo-member', values: { ...ENOUGH, dns: forward } },
];
