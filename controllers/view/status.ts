import { IDENTITY_NAMESPACE, type INamespace } from '#apis/kubernetes/namespace.ts';
import type { IServiceImport } from '#apis/multicluster/service-import.ts';
import { readSources } from '#controllers/import/service/sources.ts';
import { age, left } from '#src/cli/output/age.ts';
import type { Column } from '#src/cli/output/table.ts';
import { type EndpointCount, showCount } from './counts.ts';
import type { ExportRow } from './exports.ts';
import type { ImportRow } from './imports.ts';
import type { MemberRow } from './members.ts';

/** One cluster in one line. What is not known is absent. */
export interface ClusterStatus {
  context: string;
  /** Its id in the set. */
  cluster?: string;
  reachable: boolean;
  /** When its agent last renewed its Lease on the hub. */
  reported?: string;
  /** When the token that its agent renews ends. */
  credentialExpires?: string;
  agentVersion?: string;
  /** ServiceExports that the hub holds, of all that there are. */
  exports?: EndpointCount;
  /** ServiceImports that can be used, of all that there are. */
  imports?: EndpointCount;
  /** Endpoints of all imports. */
  endpoints?: EndpointCount;
}

/** What was read of a cluster that answered. */
export interface ClusterContent {
  exports: readonly ExportRow[];
  imports: readonly ImportRow[];
  /** Its id in the set, where it is known. */
  cluster: string | undefined;
  /** What the hub says of it; undefined where the hub was not asked or knows nothing. */
  member: MemberRow | undefined;
}

/** The line of a cluster; `content` undefined: it did not answer. */
export function clusterStatus(context: string, content: ClusterContent | undefined): ClusterStatus {
  if (content === undefined) return { context, reachable: false };
  const { exports, imports, cluster, member } = content;
  return {
    context,
    ...(cluster !== undefined && { cluster }),
    reachable: true,
    ...(member?.reported !== undefined && { reported: member.reported }),
    ...(member?.credentialExpires !== undefined && { credentialExpires: member.credentialExpires }),
    ...(member?.agentVersion !== undefined && { agentVersion: member.agentVersion }),
    exports: countTrue(exports),
    imports: countTrue(imports),
    endpoints: {
      ready: sum(imports.map(({ endpoints }) => endpoints.ready)),
      total: sum(imports.map(({ endpoints }) => endpoints.total)),
    },
  };
}

/**
 * The id by which a cluster goes in the set: the one under which its own imports remember a source of its own
 * kube-system UID. Undefined where it imports nothing of its own.
 */
export function ownClusterId(
  identity: INamespace | undefined,
  imports: readonly IServiceImport[],
): string | undefined {
  const uid = identity?.metadata.name === IDENTITY_NAMESPACE ? identity.metadata.uid : undefined;
  if (uid === undefined) return undefined;
  for (const object of imports) {
    for (const [cluster, source] of readSources(object)) if (source.uid === uid) return cluster;
  }
  return undefined;
}

export const STATUS_COLUMNS: readonly Column<ClusterStatus>[] = [
  { title: 'CONTEXT', cell: ({ context }) => context },
  { title: 'CLUSTER', cell: ({ cluster = '<unknown>' }) => cluster },
  { title: 'REACHABLE', cell: ({ reachable }) => (reachable ? 'True' : 'False') },
  { title: 'REPORT', cell: ({ reported }, now) => age(reported, now) },
  { title: 'VERSION', cell: ({ agentVersion = '<unknown>' }) => agentVersion },
  { title: 'CREDENTIAL', cell: ({ credentialExpires }, now) => left(credentialExpires, now) },
  { title: 'EXPORTS', cell: ({ exports }) => counted(exports) },
  { title: 'IMPORTS', cell: ({ imports }) => counted(imports) },
  { title: 'ENDPOINTS', cell: ({ endpoints }) => counted(endpoints) },
];

function counted(count: EndpointCount | undefined): string {
  return count === undefined ? '<unknown>' : showCount(count);
}

function countTrue(rows: readonly Pick<ImportRow, 'ready'>[]): EndpointCount {
  return { ready: rows.filter(({ ready }) => ready.status === 'True').length, total: rows.length };
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
