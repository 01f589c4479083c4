import type { IExportedEndpointSlice } from '#apis/hub/exported-endpoint-slice.ts';
import type { IExportedService } from '#apis/hub/exported-service.ts';
import type { IMember } from '#apis/hub/member.ts';
import type { IMemberReport } from '#apis/hub/member-report.ts';
import type { IEndpointSlice } from '#apis/kubernetes/endpoint-slice.ts';
import type { INamespace } from '#apis/kubernetes/namespace.ts';
import type { IService } from '#apis/kubernetes/service.ts';
import type { IServiceExport } from '#apis/multicluster/service-export.ts';
import type { IServiceImport } from '#apis/multicluster/service-import.ts';
import type { RecordView, SliceView } from '#controllers/endpoints/views.ts';
import type { HubView } from '#controllers/membership/hub-view.ts';
import type { Watched } from '#controllers/membership/watching.ts';
import type { Writer } from '#src/cache/contract.ts';
import type { Lister } from '#src/cache/lister.ts';
import type { EventRecorder } from '#src/runtime/events.ts';
import type { Cache } from '../caches.ts';
import type { ImportObserver } from '../observer.ts';
import type { OwnExportDeps } from '../own-export.ts';

/** What import.slice needs. The caches carry the indexes of ../indexes.ts and of membership/indexes.ts. */
export interface ImportSliceDeps extends OwnExportDeps {
  /** This cluster's id. */
  cluster: string;
  /** All that is believed of the hub. */
  hub: HubView;
  /** The hub's caches as they are, only to hear of changes and to name keys. */
  hubCaches: {
    exportedServices: Cache<IExportedService>;
    exportedEndpointSlices: Cache<IExportedEndpointSlice, RecordView>;
    memberReports: Cache<IMemberReport>;
    members: Cache<IMember>;
  };
  local: {
    endpointSlices: Cache<IEndpointSlice, SliceView>;
    serviceImports: Cache<IServiceImport>;
    services: Cache<IService>;
    serviceExports: Watched<IServiceExport>;
    namespaces: Pick<Lister<INamespace>, 'get'>;
  };
  writers: { endpointSlices: Writer<IEndpointSlice> };
  events: EventRecorder;
  observer: ImportObserver;
  /** As for import.service. */
  headlessDerivedService: boolean;
}
