import type { IExportedService } from '#apis/hub/exported-service.ts';
import type { IMember } from '#apis/hub/member.ts';
import type { IMemberReport } from '#apis/hub/member-report.ts';
import type { INamespace } from '#apis/kubernetes/namespace.ts';
import type { IService } from '#apis/kubernetes/service.ts';
import type { IServiceExport } from '#apis/multicluster/service-export.ts';
import type { IServiceImport } from '#apis/multicluster/service-import.ts';
import type { HubView } from '#controllers/membership/hub-view.ts';
import type { SelectedNamespaces } from '#controllers/membership/selected-namespaces.ts';
import type { Writer } from '#src/cache/contract.ts';
import type { EventRecorder } from '#src/runtime/events.ts';
import type { Cache } from '../caches.ts';
import type { ImportObserver } from '../observer.ts';
import type { OwnExportDeps } from '../own-export.ts';

/** What import.service needs. The caches carry the indexes of ../indexes.ts and of membership/indexes.ts. */
export interface ImportServiceDeps extends OwnExportDeps {
  /** This cluster's id. */
  cluster: string;
  /** All that is believed of the hub. */
  hub: HubView;
  /** The hub's caches as they are, only to hear of changes and to name keys. */
  hubCaches: {
    exportedServices: Cache<IExportedService>;
    memberReports: Cache<IMemberReport>;
    members: Cache<IMember>;
  };
  local: {
    serviceImports: Cache<IServiceImport>;
    services: Cache<IService>;
    serviceExports: Cache<IServiceExport>;
    namespaces: Cache<INamespace>;
  };
  writers: {
    serviceImports: Writer<IServiceImport>;
    services: Writer<IService>;
  };
  /** Which namespaces of this cluster take part. */
  selected: Pick<SelectedNamespaces, 'verdict'>;
  events: EventRecorder;
  observer: ImportObserver;
  /** Headless imports get a derived Service too, for meshes and Gateways that need one to point at. */
  headlessDerivedService: boolean;
}
