import { exportedServiceName } from '#apis/hub/exported-service.ts';
import type { IService } from '#apis/kubernetes/service.ts';
import type { KubeObject } from '#apis/meta.ts';
import type { IServiceExport } from '#apis/multicluster/service-export.ts';
import { namespaceAllowed } from '#controllers/conflict/namespace-rules.ts';
import { describeDropped } from '#controllers/endpoints/admitted.ts';
import { type RecordSpec, toRecordSpec } from '#controllers/endpoints/record.ts';
import type { SliceView, SourceSliceView } from '#controllers/endpoints/views.ts';
import type { HubView } from '#controllers/membership/hub-view.ts';
import { BY_SERVICE } from '#controllers/membership/indexes.ts';
import type { SelectedNamespaces } from '#controllers/membership/selected-namespaces.ts';
import { keyOf, type Lister, splitKey } from '#src/cache/lister.ts';
import { decideExport, type ExportDecision } from './decision.ts';
import { namelessEndpoints } from './dns-names.ts';

export interface LocalExportsDeps {
  /** This member's cluster id. */
  cluster: string;
  /** Which namespaces of this cluster take part. */
  selected: Pick<SelectedNamespaces, 'verdict'>;
  /** For the rules on namespaces. */
  hub: Pick<HubView, 'clusterSet' | 'member'>;
  serviceExports: Lister<IServiceExport>;
  services: Lister<IService>;
  /** With the index BY_SERVICE of sourceSliceIndexes. */
  slices: Lister<SliceView>;
}

/** The slices of an exported Service as they are to lie on the hub. */
export interface DesiredSlices {
  /** By slice hash. A slice that has not changed has the same object as before. */
  specs: ReadonlyMap<string, RecordSpec>;
  /** What of the local slices is left out or falls short, and why: one sentence each. */
  omissions: readonly string[];
}

/** What this member exports, as its own caches have it; keys are `<namespace>/<name>`. */
export class LocalExports {
  readonly #deps: LocalExportsDeps;
  readonly #converted = new WeakMap<SourceSliceView, ReturnType<typeof toRecordSpec>>();

  constructor(deps: LocalExportsDeps) {
    this.#deps = deps;
  }

  /** The caches have taken over their first complete lists: what they do not hold does not exist. */
  get complete(): boolean {
    const { serviceExports, services, slices } = this.#deps;
    return serviceExports.synced && services.synced && slices.synced;
  }

  decide(key: string): ExportDecision {
    const { cluster, hub, selected, serviceExports, services } = this.#deps;
    const { namespace } = splitKey(key);
    const here = selected.verdict(namespace);
    return decideExport({
      serviceExport: serviceExports.get(key),
      service: services.get(key),
      namespaceRule: here.allowed ? namespaceAllowed(namespace, hub.clusterSet, hub.member(cluster)) : here,
    });
  }

  serviceExport(key: string): IServiceExport | undefined {
    return this.#deps.serviceExports.get(key);
  }

  /** Whether there is a ServiceExport of this object's namespace and name. */
  readonly concerns = (object: KubeObject): boolean =>
    this.#deps.serviceExports.get(keyOf(object)) !== undefined;

  /** Keys of all ServiceExports, valid or not. */
  *keys(): Iterable<string> {
    for (const serviceExport of this.#deps.serviceExports.list()) yield keyOf(serviceExport);
  }

  /** The report's inventory: `<namespace>.<service>` of all that is exported, sorted. */
  published(): string[] {
    const names: string[] = [];
    for (const key of this.keys()) {
      if (!this.decide(key).publish) continue;
      const { namespace, name } = splitKey(key);
      names.push(exportedServiceName(namespace, name));
    }
    return names.sort();
  }

  /** Slices are mirrored one to one, never selected anew: hand-written ones count like all others (SEMANTICS 49). */
  desiredSlices(key: string): DesiredSlices {
    const specs = new Map<string, RecordSpec>();
    const omissions: string[] = [];
    const { namespace, name: service } = splitKey(key);
    for (const slice of this.#deps.slices.byIndex(BY_SERVICE, key)) {
      if (slice.view !== 'source') continue;
      const converted = this.#convert(slice);
      const { hash, metadata } = slice;
      const { name } = metadata;
      if ('skip' in converted) {
        omissions.push(`EndpointSlice ${name} is not exported: ${converted.skip}`);
        continue;
      }
      specs.set(hash, converted.spec);
      if (converted.dropped.length > 0) {
        omissions.push(`EndpointSlice ${name} is exported without: ${describeDropped(converted.dropped)}`);
      }
      const nameless = namelessEndpoints(slice.endpoints, {
        cluster: this.#deps.cluster,
        namespace,
        service,
      });
      if (nameless !== undefined) omissions.push(`EndpointSlice ${name}: ${nameless}`);
    }
    return { specs, omissions };
  }

  /** Cached objects are replaced, never changed: one conversion for each is enough. */
  #convert(slice: SourceSliceView): ReturnType<typeof toRecordSpec> {
    const known = this.#converted.get(slice);
    if (known !== undefined) return known;
    const converted = toRecordSpec(slice);
    this.#converted.set(slice, converted);
    return converted;
  }
}
