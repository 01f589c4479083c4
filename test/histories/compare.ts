import { isDeepStrictEqual } from 'node:util';
import type { IEndpointSlice } from '#apis/kubernetes/endpoint-slice.ts';
import type { IService } from '#apis/kubernetes/service.ts';
import {
  EXPORTED_KEYS_ANNOTATION,
  KUBE_SERVICE_NAME_LABEL,
  SERVICE_NAME_LABEL,
  SOURCE_CLUSTER_LABEL,
  SOURCE_GENERATION_ANNOTATION,
} from '#apis/labels.ts';
import type { IServiceExport } from '#apis/multicluster/service-export.ts';
import type { IServiceImport } from '#apis/multicluster/service-import.ts';
import type { ExpectedExport, ExpectedImport } from '#test/oracle/expected.ts';

/** What one cluster shows of one Service. */
export interface Shown {
  import: IServiceImport | undefined;
  derived: readonly IService[];
  slices: readonly IEndpointSlice[];
  export: IServiceExport | undefined;
}

/** Picks what is about one Service out of what lies in its namespace. */
export function shownOf(
  name: string,
  all: {
    imports: readonly IServiceImport[];
    services: readonly IService[];
    slices: readonly IEndpointSlice[];
    exports: readonly IServiceExport[];
  },
): Shown {
  return {
    import: all.imports.find(({ metadata }) => metadata.name === name),
    derived: all.services.filter(({ metadata }) => metadata.labels?.[SERVICE_NAME_LABEL] === name),
    slices: all.slices.filter(
      ({ metadata }) =>
        metadata.labels?.[SERVICE_NAME_LABEL] === name && metadata.labels[SOURCE_CLUSTER_LABEL] !== undefined,
    ),
    export: all.exports.find(({ metadata }) => metadata.name === name),
  };
}

/** In what a cluster shows something else than it must, one line each. */
export function differences(
  shown: Shown,
  wanted: ExpectedImport | undefined,
  stated: ExpectedExport | undefined,
): string[] {
  return [...importDifferences(shown, wanted), ...exportDifferences(shown, stated)];
}

function importDifferences(shown: Shown, wanted: ExpectedImport | undefined): string[] {
  if (wanted === undefined) {
    const left = [shown.import, ...shown.derived, ...shown.slices].flatMap((object) =>
      object ? [object.metadata.name] : [],
    );
    return left.length === 0 ? [] : [`nothing should be there, but there are ${left.sort().join(', ')}`];
  }
  if (shown.import === undefined) return ['there is no ServiceImport'];
  const { spec, status } = shown.import;
  const ready = status?.conditions?.find(({ type }) => type === 'Ready');
  const derived = shown.derived[0];
  const served = wanted.type === 'Headless' || wanted.derived;
  return [
    ...differ('shape', shapeOf(shown.import), wantedShape(wanted)),
    ...differ(
      'clusters',
      status?.clusters?.map(({ cluster }) => cluster),
      wanted.clusters,
    ),
    ...differ('derived Services', shown.derived.length, wanted.derived ? 1 : 0),
    ...differ('Ready', ready?.reason, served ? 'Ready' : 'IPFamilyNotSupported'),
    ...(wanted.derived
      ? [
          ...differ('addresses', spec.ips, derived?.spec?.clusterIPs),
          ...differ('families', spec.ipFamilies, derived?.spec?.ipFamilies),
          ...differ('ports of the derived Service', derived?.spec?.ports?.map(portOf), wanted.ports),
        ]
      : []),
    ...differ('slices', shown.slices.map(sliceOf).sort(bySource), [...wanted.slices].sort(bySource)),
    ...shown.slices.flatMap(({ metadata }) =>
      derived === undefined
        ? []
        : differ(
            `the Service of ${metadata.name}`,
            metadata.labels?.[KUBE_SERVICE_NAME_LABEL],
            derived.metadata.name,
          ),
    ),
  ];
}

function exportDifferences(shown: Shown, stated: ExpectedExport | undefined): string[] {
  if (stated === undefined) return [];
  const of = (type: string) => {
    const found = shown.export?.status?.conditions?.find((one) => one.type === type);
    return found && `${found.status} ${found.reason}`;
  };
  const { valid, conflicts } = stated;
  const isValid = valid === 'Valid';
  const conflict = conflicts?.length ? `True ${conflicts.join(',')}` : 'False NoConflicts';
  return [
    ...differ('Valid', of('Valid'), isValid ? 'True Valid' : `False ${valid}`),
    ...differ('Ready of the export', of('Ready'), isValid ? 'True Exported' : 'False Pending'),
    ...differ('Conflict', of('Conflict'), isValid ? conflict : undefined),
  ];
}

/** What exporters agree on; families apart, which an import narrows to those of its cluster. */
type ShownShape = { [K in keyof IServiceImport['spec']]?: unknown } & {
  labels: unknown;
  annotations: unknown;
};

/** The shape that an import shows. */
export function shapeOf({ metadata, spec }: IServiceImport): ShownShape {
  const given: { labels?: string[]; annotations?: string[] } = JSON.parse(
    metadata.annotations?.[EXPORTED_KEYS_ANNOTATION] ?? '{}',
  );
  const pick = (map: Record<string, string> = {}, keys: readonly string[] = []) =>
    Object.fromEntries(keys.map((key) => [key, map[key]]));
  return {
    type: spec.type,
    ports: (spec.ports ?? []).map(portOf),
    sessionAffinity: spec.sessionAffinity,
    sessionAffinityConfig: spec.sessionAffinityConfig,
    internalTrafficPolicy: spec.internalTrafficPolicy,
    trafficDistribution: spec.trafficDistribution,
    labels: pick(metadata.labels, given.labels),
    annotations: pick(metadata.annotations, given.annotations),
  };
}

/** The same of what the oracle says. */
export function wantedShape(wanted: ExpectedImport): ShownShape {
  const { families: _, clusters: __, derived: ___, slices: ____, ...shape } = wanted;
  return shape;
}

function portOf({ name, protocol, appProtocol, port }: IServiceImport['spec']['ports'][number]) {
  return { ...(name && { name }), protocol: protocol ?? 'TCP', ...(appProtocol && { appProtocol }), port };
}

function sliceOf({
  metadata,
  addressType,
  ports,
  endpoints,
}: IEndpointSlice): ExpectedImport['slices'][number] {
  return {
    source: metadata.annotations?.[SOURCE_GENERATION_ANNOTATION]?.split('/')[0] ?? '',
    cluster: metadata.labels?.[SOURCE_CLUSTER_LABEL] ?? '',
    addressType,
    ports: ports ?? [],
    endpoints: endpoints ?? [],
  };
}

function bySource(a: { source: string }, b: { source: string }): number {
  return a.source < b.source ? -1 : 1;
}

function differ(what: string, seen: unknown, wanted: unknown): string[] {
  const [is, must] = [JSON.stringify(seen), JSON.stringify(wanted)];
  return isDeepStrictEqual(plain(is), plain(must)) ? [] : [`${what}: ${is} instead of ${must}`];
}

/** Without what JSON does not carry, such as fields that are undefined. */
function plain(text: string | undefined): unknown {
  return text === undefined ? undefined : JSON.parse(text);
}
