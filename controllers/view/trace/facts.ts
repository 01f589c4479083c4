import type { IExportedEndpointSlice } from '#apis/hub/exported-endpoint-slice.ts';
import type { IEndpointSlice } from '#apis/kubernetes/endpoint-slice.ts';
import type { ILease } from '#apis/kubernetes/lease.ts';
import type { INamespace } from '#apis/kubernetes/namespace.ts';
import type { IService } from '#apis/kubernetes/service.ts';
import type { IServiceExport } from '#apis/multicluster/service-export.ts';
import type { IServiceImport } from '#apis/multicluster/service-import.ts';
import type { HubContent } from '../preview.ts';
import type { NextCommands } from '../problems.ts';

/** What was read of one member, of the Service in question. */
export interface MemberFacts {
  context: string;
  /** Its id in the set, as far as that is known; else the context's name. */
  cluster: string;
  /** Of the Service; undefined: it is not there. */
  namespace: INamespace | undefined;
  service: IService | undefined;
  serviceExport: IServiceExport | undefined;
  serviceImport: IServiceImport | undefined;
  /** Services that lie in its namespace under the name or label of the import. */
  derived: readonly IService[];
  /** Slices of the Service itself, and those that were imported for it. */
  slices: readonly IEndpointSlice[];
}

/** What was read of the hub, of the Service in question. */
export interface HubFacts extends HubContent {
  context: string;
  slices: readonly IExportedEndpointSlice[];
  leases: readonly ILease[];
}

/** How commands are written that a fix names. */
export class Fixes {
  readonly #next: NextCommands;

  constructor(next: NextCommands) {
    this.#next = next;
  }

  kubectl(context: string, words: string): string {
    return `kubectl${this.#next.kubeconfig} --context ${context} ${words}`;
  }

  tombolo(context: string, words: string): string {
    return `${this.#next.program} ${words}${this.#next.kubeconfig} --context ${context}`;
  }
}
