import type { IService, ServicePort, SessionAffinityConfig } from '#apis/kubernetes/service.ts';
import type { ImportPort, ImportType } from '#apis/multicluster/service-import.ts';
import type { Exporter } from './exporters.ts';

/** What the exporters of a Service agree on. */
export interface Merged {
  type: ImportType;
  ports: ImportPort[];
  families: string[];
  sessionAffinity: string;
  sessionAffinityConfig: SessionAffinityConfig | undefined;
  internalTrafficPolicy: string;
  trafficDistribution: string | undefined;
  labels: Record<string, string>;
  annotations: Record<string, string>;
  /** Reasons of the condition Conflict, in the order of SEMANTICS 3.5. */
  conflicts: string[];
}

/** SEMANTICS 3.3, 3.4, 3.11. The first exporter decides all that is not united or intersected. */
export function merge(exporters: readonly [Exporter, ...Exporter[]]): Merged {
  const [winner] = exporters;
  const all = exporters.map(partsOf);
  const first = partsOf(winner);
  const ports = unite(all.map((one) => one.ports));
  const { families, dark } = intersect(all.map((one) => one.families));
  const differs = (part: (one: Parts) => unknown) =>
    all.some((one) => JSON.stringify(part(one)) !== JSON.stringify(part(first)));
  const comparable = all.filter((one) => one.sessionAffinity === first.sessionAffinity);
  const disagreements: [string, boolean][] = [
    ['PortConflict', differs((one) => one.ports.map(portText).sort())],
    ['IPFamilyConflict', dark],
    ['TypeConflict', differs((one) => one.type)],
    ['SessionAffinityConflict', differs((one) => one.sessionAffinity)],
    ['SessionAffinityConfigConflict', comparable.some((one) => timeout(one) !== timeout(first))],
    ['AnnotationsConflict', differs((one) => Object.entries(one.annotations).sort())],
    ['LabelsConflict', differs((one) => Object.entries(one.labels).sort())],
    ['InternalTrafficPolicyConflict', differs((one) => one.internalTrafficPolicy)],
    ['TrafficDistributionConflict', differs((one) => sameMeaning(one.trafficDistribution))],
  ];
  return {
    ...first,
    ports,
    families,
    conflicts: disagreements.filter(([, is]) => is).map(([reason]) => reason),
  };
}

type Parts = Omit<Merged, 'conflicts'>;

/** What one exporter says, defaults applied (SEMANTICS 69). */
function partsOf({ service, export: { spec } }: Exporter): Parts {
  const of: NonNullable<IService['spec']> = service.spec ?? {};
  const sessionAffinity = of.sessionAffinity ?? 'None';
  const seconds = of.sessionAffinityConfig?.clientIP?.timeoutSeconds ?? 10_800;
  return {
    type: of.clusterIP === 'None' ? 'Headless' : 'ClusterSetIP',
    ports: (of.ports ?? []).map(importPort),
    families: of.ipFamilies ?? [],
    sessionAffinity,
    sessionAffinityConfig:
      sessionAffinity === 'ClientIP' ? { clientIP: { timeoutSeconds: seconds } } : undefined,
    internalTrafficPolicy: of.internalTrafficPolicy ?? 'Cluster',
    trafficDistribution: of.trafficDistribution,
    labels: travelling(spec?.exportedLabels),
    annotations: travelling(spec?.exportedAnnotations),
  };
}

/** No targetPort and no nodePort. */
export function importPort({ name, protocol, appProtocol, port }: ServicePort): ImportPort {
  return {
    ...(name && { name }),
    protocol: protocol ?? 'TCP',
    ...(appProtocol && { appProtocol }),
    port,
  };
}

/** A port joins if its name and its (protocol, number) are new and the list stays one that a Service may have. */
function unite(lists: readonly ImportPort[][]): ImportPort[] {
  const united: ImportPort[] = [];
  for (const port of lists.flat()) {
    const known = united.some(
      (other) =>
        (other.name ?? '') === (port.name ?? '') ||
        (other.port === port.port && other.protocol === port.protocol),
    );
    const nameless = [...united, port].length > 1 && [...united, port].some(({ name }) => !name);
    if (!known && !nameless) united.push(port);
  }
  return united;
}

/** Whoever has nothing in common with those before is stepped over, and the conflict is there. */
function intersect(lists: readonly string[][]): { families: string[]; dark: boolean } {
  let families: string[] | undefined;
  let dark = false;
  for (const list of lists.filter((one) => one.length > 0)) {
    const common: string[] = families?.filter((family) => list.includes(family)) ?? list;
    if (common.length > 0) families = common;
    else dark = true;
  }
  return { families: families ?? [], dark };
}

/** SEMANTICS 92: what tools and Kubernetes own does not travel. */
function travelling(map: Record<string, string> = {}): Record<string, string> {
  const owned = /(^|\.)(kubernetes\.io|k8s\.io|tombolo\.dev|argoproj\.io|fluxcd\.io|helm\.sh)\//;
  return Object.fromEntries(Object.entries(map).filter(([key]) => !owned.test(key)));
}

function portText({ name = '', protocol, appProtocol = '', port }: ImportPort): string {
  return [name, protocol, port, appProtocol].join(' ');
}

function timeout({ sessionAffinityConfig }: Parts): number | undefined {
  return sessionAffinityConfig?.clientIP?.timeoutSeconds;
}

/** Two spellings of one thing. */
function sameMeaning(distribution: string | undefined): string | undefined {
  return distribution === 'PreferClose' ? 'PreferSameZone' : distribution;
}
