import type { PrecedenceMode } from '#apis/hub/cluster-set.ts';
import type { IEndpointSlice } from '#apis/kubernetes/endpoint-slice.ts';
import type { IService } from '#apis/kubernetes/service.ts';
import type { IServiceExport } from '#apis/multicluster/service-export.ts';

/** What users have made in one cluster, as its API server gives it back, defaults and all. */
export interface ClusterState {
  readonly id: string;
  /** IP families of its Services. */
  readonly families: readonly string[];
  /** Those that are there and not on their way out. */
  readonly namespaces: readonly string[];
  readonly services: readonly IService[];
  readonly exports: readonly IServiceExport[];
  /** Only users' slices: none that was imported. */
  readonly slices: readonly IEndpointSlice[];
}

/** What the hub's admin has said, and since when the hub knows of an export. */
export interface HubState {
  readonly precedence: PrecedenceMode;
  readonly deny: readonly string[];
  readonly allow: readonly string[];
  /** Clusters that are out of the set. */
  readonly removed: readonly string[];
  /** Namespaces that a member may export, by cluster; all of them where it is not named. */
  readonly allowedNamespaces: Readonly<Record<string, readonly string[]>>;
  /** RFC 3339, by the UID of the ServiceExport: when its record on the hub was created. For HubTime. */
  readonly recordedAt: Readonly<Record<string, string>>;
}

/** The whole world at one moment. */
export interface State {
  readonly clusters: readonly ClusterState[];
  readonly hub: HubState;
}
