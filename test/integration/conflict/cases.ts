import type { IService } from '#apis/kubernetes/service.ts';
import type { ConflictReason } from '#apis/multicluster/conditions.ts';
import type { IServiceExport } from '#apis/multicluster/service-export.ts';
import type { IServiceImport } from '#apis/multicluster/service-import.ts';
import { port } from '#test/driver/builders.ts';

type Spec = NonNullable<IService['spec']>;

/** What one cluster says of a Service. */
export interface Says {
  spec?: Spec;
  exported?: NonNullable<IServiceExport['spec']>;
}

/** What a ServiceImport must hold at least. */
interface PartOfImport {
  spec?: Partial<IServiceImport['spec']>;
  metadata?: { labels?: Record<string, string>; annotations?: Record<string, string> };
}

/** Two exporters that disagree in one thing. */
export interface Case {
  name: string;
  reason: ConflictReason;
  /** The older export, zzzc's, and what the import shows while it is there. */
  zzzc: Says;
  shown: PartOfImport;
  /** The younger one, shbt's, and what the import shows once it is alone. */
  shbt: Says;
  later: PartOfImport;
  /** The sentence on both; `<since>` stands for the time of the older export. */
  message: string;
  /** Whose endpoints the import shows; both, unless the one has nothing that fits the import. */
  served?: readonly string[];
}

const IPv4: Spec = { ipFamilyPolicy: 'SingleStack', ipFamilies: ['IPv4'] };
const IPv6: Spec = { ipFamilyPolicy: 'SingleStack', ipFamilies: ['IPv6'] };
const clientIP = (timeoutSeconds: number) => ({
  sessionAffinity: 'ClientIP',
  sessionAffinityConfig: { clientIP: { timeoutSeconds } },
});
const oldest = '(the oldest export, since <since>)';
const whoIsOldest = '(zzzc is the oldest export, since <since>)';

/** One for each reason there is; the ports twice, as they are united and not decided. */
export const CASES: readonly Case[] = [
  {
    name: 'number',
    reason: 'PortConflict',
    zzzc: { spec: { ports: [port('tcp', 80)] } },
    shown: { spec: { ports: [port('tcp', 80)] } },
    shbt: { spec: { ports: [port('tcp', 8080)] } },
    later: { spec: { ports: [port('tcp', 8080)] } },
    message: `ports differ: tcp 80/TCP of zzzc is used, tcp 8080/TCP in shbt ${whoIsOldest}.`,
    served: ['zzzc'],
  },
  {
    // https://github.com/cilium/cilium/pull/43414: a strict subset is not equal either.
    name: 'subset',
    reason: 'PortConflict',
    zzzc: { spec: { ports: [port('tcp', 80)] } },
    shown: { spec: { ports: [port('tcp', 80), port('metrics', 9090)] } },
    shbt: { spec: { ports: [port('tcp', 80), port('metrics', 9090)] } },
    later: { spec: { ports: [port('tcp', 80), port('metrics', 9090)] } },
    message: `ports differ: metrics 9090/TCP of shbt is used, missing in zzzc ${whoIsOldest}.`,
  },
  {
    name: 'family',
    reason: 'IPFamilyConflict',
    zzzc: { spec: IPv4 },
    shown: { spec: { ipFamilies: ['IPv4'] } },
    shbt: { spec: IPv6 },
    later: { spec: { ipFamilies: ['IPv6'] } },
    message: `ipFamilies have nothing in common: IPv4 is used ${whoIsOldest}; IPv6 in shbt.`,
    served: ['zzzc'],
  },
  {
    // https://github.com/kubernetes-sigs/mcs-api/pull/92
    name: 'type',
    reason: 'TypeConflict',
    zzzc: {},
    shown: { spec: { type: 'ClusterSetIP' } },
    shbt: { spec: { clusterIP: 'None', ...IPv4 } },
    later: { spec: { type: 'Headless' } },
    message: `type differs: ClusterSetIP of zzzc is used ${oldest}; Headless in shbt.`,
  },
  {
    name: 'affinity',
    reason: 'SessionAffinityConflict',
    zzzc: { spec: clientIP(60) },
    shown: { spec: clientIP(60) },
    shbt: {},
    later: { spec: { sessionAffinity: 'None' } },
    message: `sessionAffinity differs: ClientIP of zzzc is used ${oldest}; None in shbt.`,
  },
  {
    name: 'timeout',
    reason: 'SessionAffinityConfigConflict',
    zzzc: { spec: clientIP(60) },
    shown: { spec: clientIP(60) },
    shbt: { spec: clientIP(120) },
    later: { spec: clientIP(120) },
    message: `sessionAffinityConfig differs: timeoutSeconds 60 of zzzc is used ${oldest}; timeoutSeconds 120 in shbt.`,
  },
  {
    name: 'annotations',
    reason: 'AnnotationsConflict',
    zzzc: { exported: { exportedAnnotations: { 'example.com/room': '7' } } },
    shown: { metadata: { annotations: { 'example.com/room': '7' } } },
    shbt: { exported: { exportedAnnotations: { 'example.com/room': '8' } } },
    later: { metadata: { annotations: { 'example.com/room': '8' } } },
    message: `exportedAnnotations differs: {example.com/room=7} of zzzc is used ${oldest}; {example.com/room=8} in shbt.`,
  },
  {
    name: 'labels',
    reason: 'LabelsConflict',
    zzzc: { exported: { exportedLabels: { team: 'storage' } } },
    shown: { metadata: { labels: { team: 'storage' } } },
    shbt: { exported: { exportedLabels: { team: 'web' } } },
    later: { metadata: { labels: { team: 'web' } } },
    message: `exportedLabels differs: {team=storage} of zzzc is used ${oldest}; {team=web} in shbt.`,
  },
  {
    name: 'internal',
    reason: 'InternalTrafficPolicyConflict',
    zzzc: { spec: { internalTrafficPolicy: 'Local' } },
    shown: { spec: { internalTrafficPolicy: 'Local' } },
    shbt: {},
    later: { spec: { internalTrafficPolicy: 'Cluster' } },
    message: `internalTrafficPolicy differs: Local of zzzc is used ${oldest}; Cluster in shbt.`,
  },
  {
    name: 'distribution',
    reason: 'TrafficDistributionConflict',
    zzzc: { spec: { trafficDistribution: 'PreferClose' } },
    shown: { spec: { trafficDistribution: 'PreferClose' } },
    shbt: {},
    later: { spec: { sessionAffinity: 'None' } },
    message: `trafficDistribution differs: PreferClose of zzzc is used ${oldest}; unset in shbt.`,
  },
];

/** Exporters that agree, though not to the letter. */
export const AGREEMENT: { name: string; zzzc: Says; shbt: Says } = {
  name: 'agreement',
  // https://github.com/submariner-io/lighthouse/issues/1439 and Cilium's comparison of lists: order is none.
  zzzc: {
    spec: { ports: [port('tcp', 80), port('metrics', 9090)], trafficDistribution: 'PreferClose' },
    exported: { exportedLabels: { a: '1', b: '2' } },
  },
  shbt: {
    spec: {
      ports: [port('metrics', 9090), port('tcp', 80)],
      trafficDistribution: 'PreferSameZone',
      sessionAffinity: 'None',
      internalTrafficPolicy: 'Cluster',
    },
    // What may not travel is not compared either.
    exported: { exportedLabels: { b: '2', a: '1', 'argocd.argoproj.io/instance': 'x' } },
  },
};

/** Three exporters that disagree in everything. */
export const EVERYTHING: Record<'zzzc' | 'shbt' | 'bjpdc', Says> = {
  zzzc: {
    spec: { ...IPv4, ...clientIP(60), ports: [port('tcp', 80)], trafficDistribution: 'PreferClose' },
    exported: { exportedLabels: { a: '1' }, exportedAnnotations: { a: '1' } },
  },
  shbt: {
    spec: { ...IPv6, clusterIP: 'None', ports: [port('tcp', 8080)], internalTrafficPolicy: 'Local' },
    exported: { exportedLabels: { a: '2' }, exportedAnnotations: { a: '2' } },
  },
  // Settings of an affinity are compared with those of the same affinity.
  bjpdc: {
    spec: { ...IPv4, ...clientIP(120), ports: [port('tcp', 80)], trafficDistribution: 'PreferClose' },
    exported: { exportedLabels: { a: '1' }, exportedAnnotations: { a: '1' } },
  },
};
