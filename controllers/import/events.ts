import type { KubeObject } from '#apis/meta.ts';
import type { ImportType, IServiceImport } from '#apis/multicluster/service-import.ts';
import type { EventNote } from '#src/runtime/events.ts';

/** The merge changed the type, which costs a ClusterSetIP import its address. */
export function typeChanged(about: IServiceImport, from: ImportType, to: ImportType): EventNote {
  const consequence =
    to === 'Headless'
      ? 'its clusterset IP is given up, DNS answers with the endpoints'
      : 'it gets a clusterset IP, DNS answers with that';
  return {
    about,
    type: 'Normal',
    reason: 'TypeChanged',
    message: `The oldest export makes this ${to} instead of ${from}: ${consequence}`,
  };
}

/** Somebody else's object has the name that ours must have. It is told on that object: ours may not exist. */
export function nameTaken(about: KubeObject, wanted: string): EventNote {
  return {
    about,
    type: 'Warning',
    reason: 'NameTaken',
    message: `Tombolo needs this name for ${wanted} and leaves this object, which it did not make, alone. Rename or delete it to have the import completed`,
  };
}

/** The API server will not have the derived Service. */
export function derivedServiceRefused(about: IServiceImport, why: string): EventNote {
  return { about, type: 'Warning', reason: 'DerivedServiceRefused', message: why };
}

/** Endpoints were left out because their addresses may not be used, or because there are too many. */
export function endpointsDropped(about: IServiceImport, cluster: string, what: string): EventNote {
  return {
    about,
    type: 'Warning',
    reason: 'EndpointsDropped',
    message: `Endpoints of cluster ${cluster} are left out: ${what}`,
  };
}

/** A member is unreachable, and the policy of the set withdraws its endpoints of this Service. */
export function endpointsWithdrawn(about: IServiceImport, cluster: string): EventNote {
  return {
    about,
    type: 'Warning',
    reason: 'EndpointsWithdrawn',
    message: `Cluster ${cluster} is unreachable: its endpoints are withdrawn until it is heard of again; Reachable of Member ${cluster} on the hub says since when`,
  };
}

/** It is reachable again, or the policy is another one. */
export function endpointsRestored(about: IServiceImport, cluster: string): EventNote {
  return {
    about,
    type: 'Normal',
    reason: 'EndpointsRestored',
    message: `The endpoints of cluster ${cluster} are shown again`,
  };
}
