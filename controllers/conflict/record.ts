import type { Asserted } from '#apis/hub/asserted.ts';
import { isClusterId } from '#apis/hub/cluster-id.ts';
import type { IClusterSet } from '#apis/hub/cluster-set.ts';
import type { IExportedService } from '#apis/hub/exported-service.ts';
import type { IMember } from '#apis/hub/member.ts';
import type { SessionAffinityConfig } from '#apis/kubernetes/service.ts';
import type { ImportPort, ImportType } from '#apis/multicluster/service-import.ts';
import { filterExported } from './metadata.ts';
import { namespaceAllowed } from './namespace-rules.ts';
import { whyMalformed } from './record-checks.ts';

/**
 * One exporter of a Service, as the resolver takes it: an ExportedService whose every part has been checked.
 * Absent means that the exporter made no statement; defaults are the resolver's (properties.ts).
 */
export interface ExportRecord {
  /** The member whose hub namespace the record lies in. */
  readonly cluster: string;
  readonly namespace: string;
  readonly service: string;
  readonly exportUID: string;
  /** The ServiceExport's creationTimestamp, a claim; milliseconds since 1970, whole seconds. */
  readonly exportedAt: number | undefined;
  /** The record's own creationTimestamp, which the hub set; milliseconds since 1970, whole seconds. */
  readonly recordedAt: number | undefined;
  readonly asserted: Asserted;
  readonly type: ImportType;
  /** Protocol always there, name left out where empty; unique by name and by (protocol, port). */
  readonly ports: readonly ImportPort[];
  /** Never empty: a Service without families made no statement (https://github.com/cilium/cilium/pull/42145). */
  readonly ipFamilies: readonly string[] | undefined;
  readonly sessionAffinity: string | undefined;
  readonly sessionAffinityConfig: SessionAffinityConfig | undefined;
  readonly internalTrafficPolicy: string | undefined;
  readonly trafficDistribution: string | undefined;
  /** Labels and annotations that may travel, in the order of their keys. */
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
}

/** The rules of the set that decide on single records: hub-wide, hence the same for every reader. */
export interface AdmissionPolicy {
  readonly clusterSet: IClusterSet | undefined;
  /** The exporting Member. */
  readonly member: IMember | undefined;
}

export type Admission = { ok: true; record: ExportRecord } | { ok: false; reason: string };

/**
 * Takes a record as it lies on the hub, written by whomever, or refuses it with one reason. Every reader must
 * come to the same answer, or they elect different winners (SEMANTICS 3.2). Never throws.
 * An unknown `type` is refused, since nothing is known of how to serve it; unknown values of other fields
 * come from a newer version and are carried as they are.
 */
export function admit(record: IExportedService, cluster: string, policy: AdmissionPolicy): Admission {
  if (!isClusterId(cluster)) return { ok: false, reason: `${cluster} is not a cluster id` };
  const malformed = whyMalformed(record);
  if (malformed !== undefined) return { ok: false, reason: malformed };
  const { spec } = record;
  const { namespace, name: service } = spec.service;
  const allowed = namespaceAllowed(namespace, policy.clusterSet, policy.member);
  if (!allowed.allowed) return { ok: false, reason: allowed.why };
  return {
    ok: true,
    record: {
      cluster,
      namespace,
      service,
      exportUID: spec.export.uid,
      exportedAt: epochMs(spec.export.creationTimestamp),
      recordedAt: epochMs(record.metadata.creationTimestamp),
      asserted: { uid: spec.asserted.uid, sequence: spec.asserted.sequence },
      type: spec.type,
      ports: (spec.ports ?? []).map(normalPort),
      ipFamilies: spec.ipFamilies?.length ? [...new Set(spec.ipFamilies)] : undefined,
      sessionAffinity: spec.sessionAffinity || undefined,
      sessionAffinityConfig: normalAffinityConfig(spec.sessionAffinityConfig),
      internalTrafficPolicy: spec.internalTrafficPolicy || undefined,
      trafficDistribution: spec.trafficDistribution || undefined,
      labels: filterExported(spec.labels, 'labels').kept,
      annotations: filterExported(spec.annotations, 'annotations').kept,
    },
  };
}

const RFC3339 = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?(Z|[+-]\d{2}:\d{2})$/;

/**
 * Undefined for what is no time, and for the zero times of Go and of Unix: both say that nobody set one.
 * Kubernetes stamps whole seconds; a finer claim would win ties that it must not win.
 */
function epochMs(text: unknown): number | undefined {
  if (typeof text !== 'string' || !RFC3339.test(text)) return undefined;
  const ms = Math.floor(Date.parse(text) / 1000) * 1000;
  return ms > 0 ? ms : undefined;
}

function normalPort({ name, protocol, appProtocol, port }: ImportPort): ImportPort {
  return {
    ...(name && { name }),
    protocol: protocol || 'TCP',
    ...(appProtocol && { appProtocol }),
    port,
  };
}

function normalAffinityConfig(config: SessionAffinityConfig | undefined): SessionAffinityConfig | undefined {
  const timeoutSeconds = config?.clientIP?.timeoutSeconds;
  return typeof timeoutSeconds === 'number' ? { clientIP: { timeoutSeconds } } : undefined;
}
