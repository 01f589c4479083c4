import type { IExportedService } from '#apis/hub/exported-service.ts';
import type { IClusterProperty } from '#apis/kubernetes/cluster-property.ts';
import type { IConfigMap } from '#apis/kubernetes/config-map.ts';
import type { IDeployment } from '#apis/kubernetes/deployment.ts';
import type { IEndpointSlice } from '#apis/kubernetes/endpoint-slice.ts';
import type { ILease } from '#apis/kubernetes/lease.ts';
import type { IServiceImport } from '#apis/multicluster/service-import.ts';
import type { TokenLife } from '#controllers/membership/credential.ts';
import type { ExportRow } from '../exports.ts';
import type { ImportRow } from '../imports.ts';
import type { MemberRow } from '../members.ts';

/** Something that was asked for: the answer, or in one line why there is none. */
export type Asked<T> = { value: T } | { why: string };

/** A CRD, as far as it says which API it serves. */
export interface CrdLook {
  name: string;
  /** Of the MCS API, such as `v0.5.0`; upstream's label. */
  release: string | undefined;
  /** The release that comes with this program. */
  ours: string | undefined;
  served: readonly string[];
}

/** What was seen of the DNS of a cluster. */
export interface DnsLook {
  coredns: IDeployment | undefined;
  /** ConfigMaps that may hold a Corefile or a part of one. */
  configs: readonly IConfigMap[];
  /** A CoreDNS of the chart's answers the zone. */
  forwarded: boolean;
  /** Whether the account of CoreDNS may list ServiceImports. */
  mayRead: Asked<boolean>;
}

/** All that was seen of one member. What needs more rights than these credentials have says so. */
export interface MemberLook {
  context: string;
  /** Its API server's version, `v1.34.4`; why there is none where it does not answer. */
  version: Asked<string>;
  uid: string | undefined;
  /** Time of its API server, milliseconds since the epoch. */
  serverTime: number | undefined;
  crds: Asked<readonly CrdLook[]>;
  namespaces: Asked<readonly string[]>;
  agents: Asked<readonly IDeployment[]>;
  /** Rights that the agent's account lacks, in words. */
  missingRights: Asked<readonly string[]>;
  /** The token of Secret tombolo-hub; undefined: no Secret, or no token in it that ends. */
  credential: Asked<TokenLife | undefined>;
  /** Why these credentials may not install, in words; none: they may. */
  installing: Asked<readonly string[]>;
  exports: Asked<readonly ExportRow[]>;
  /** One line for each Service whose pods have no names. */
  nameless: Asked<readonly string[]>;
  imports: Asked<readonly ImportRow[]>;
  serviceImports: Asked<readonly IServiceImport[]>;
  /** Imported slices, whoever made them. */
  slices: Asked<readonly IEndpointSlice[]>;
  properties: Asked<readonly IClusterProperty[]>;
  dns: Asked<DnsLook>;
}

/** Why there is nothing of the hub where no flag names it. */
export const NO_HUB = 'no --hub-context is given';

/** What was seen of the hub. */
export interface HubLook {
  context: string;
  serverTime: number | undefined;
  members: readonly MemberRow[];
  leases: readonly ILease[];
  services: readonly IExportedService[];
}

/** What a check is made on. */
export interface CheckInput {
  member: MemberLook;
  /** Why there is no hub: it was not named, or did not answer as one. */
  hub: Asked<HubLook>;
  /** The domain of the set. */
  domain: string;
  /** Version of this program. */
  version: string;
  /** Milliseconds since the epoch. */
  now: number;
}

/** `wrong`: lines that say what is not as it should be. `unknown`: it cannot be told, and why. */
export type Verdict =
  | { is: 'well' }
  | { is: 'wrong'; lines: readonly string[] }
  | { is: 'unknown'; why: string };

export type Judge = (input: CheckInput) => Verdict;

export const WELL: Verdict = { is: 'well' };

/** Well without any line. */
export function wrongWhere(lines: readonly string[]): Verdict {
  return lines.length === 0 ? WELL : { is: 'wrong', lines };
}

/** Judges what was read; what could not be read is unknown. */
export function judged<T>(asked: Asked<T>, judge: (value: T) => Verdict): Verdict {
  return 'why' in asked ? { is: 'unknown', why: asked.why } : judge(asked.value);
}

/** The hub's row of this member: the one that its kube-system UID has claimed. */
export function rowOf(hub: HubLook, { uid }: MemberLook): MemberRow | undefined {
  return hub.members.find(({ clusterUID }) => uid !== undefined && clusterUID === uid);
}
