import { SHAPE_ANNOTATION } from '#apis/labels.ts';
import type { ImportPort, IServiceImport } from '#apis/multicluster/service-import.ts';
import type { ResolvedImport } from '#controllers/conflict/resolve.ts';
import { exportedOn, sameEntries } from './metadata.ts';

/** All that the exporters agreed on, as one member shows it. The addresses are not part of it. */
export type Shape = Omit<ResolvedImport, 'clusters'>;

/** The shape that the merge came to. */
export function shapeOf({ clusters: _, ...shape }: ResolvedImport): Shape {
  return shape;
}

/** The annotation's text; labels and annotations are on the object already. */
export function formatShape({ labels: _, annotations: __, ...spec }: Shape): string {
  return JSON.stringify(spec, Object.keys(spec).sort().concat(NESTED));
}

/** JSON.stringify's list of keys holds for every depth. */
const NESTED = ['name', 'protocol', 'appProtocol', 'port', 'clientIP', 'timeoutSeconds'];

/** The shape that an import was last given; from its spec where somebody has spoilt the annotation. */
export function lastShape(held: IServiceImport): Shape {
  const spec = parse(held.metadata.annotations?.[SHAPE_ANNOTATION]) ?? fromSpec(held.spec);
  return { ...spec, ...exportedOn(held.metadata) };
}

/** Whether two shapes are one to every client and consumer. */
export function sameShape(a: Shape, b: Shape): boolean {
  return (
    formatShape(a) === formatShape(b) &&
    sameEntries(a.labels, b.labels) &&
    sameEntries(a.annotations, b.annotations)
  );
}

type Spec = Omit<Shape, 'labels' | 'annotations'>;

function fromSpec(spec: IServiceImport['spec']): Spec {
  return {
    type: spec.type,
    ports: spec.ports.map((port) => ({ ...port, protocol: port.protocol ?? 'TCP' })),
    ipFamilies: spec.ipFamilies ?? [],
    sessionAffinity: spec.sessionAffinity ?? 'None',
    ...(spec.sessionAffinityConfig && { sessionAffinityConfig: spec.sessionAffinityConfig }),
    internalTrafficPolicy: spec.internalTrafficPolicy ?? 'Cluster',
    ...(spec.trafficDistribution !== undefined && { trafficDistribution: spec.trafficDistribution }),
  };
}

function parse(text: string | undefined): Spec | undefined {
  try {
    const spec: unknown = JSON.parse(text ?? '');
    return isSpec(spec) ? fromSpec(spec) : undefined;
  } catch {
    return undefined;
  }
}

/** What somebody typed by hand must not reach the API server as a spec. */
function isSpec(value: unknown): value is IServiceImport['spec'] {
  const spec: Partial<Record<keyof IServiceImport['spec'], unknown>> = Object(value);
  const { type, ports, ipFamilies = [], sessionAffinityConfig = {} } = spec;
  const words = [spec.sessionAffinity, spec.internalTrafficPolicy, spec.trafficDistribution];
  return (
    (type === 'ClusterSetIP' || type === 'Headless') &&
    Array.isArray(ports) &&
    ports.every(isPort) &&
    Array.isArray(ipFamilies) &&
    ipFamilies.every((family) => typeof family === 'string') &&
    typeof sessionAffinityConfig === 'object' &&
    words.every((word) => word === undefined || typeof word === 'string')
  );
}

function isPort(value: unknown): value is ImportPort {
  const { name = '', protocol = '', appProtocol = '', port }: Record<string, unknown> = Object(value);
  return Number.isInteger(port) && [name, protocol, appProtocol].every((text) => typeof text === 'string');
}
