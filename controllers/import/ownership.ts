import { MANAGED_BY, MANAGED_BY_LABEL } from '#apis/labels.ts';
import { apiVersionOf, type KubeObject, type OwnerReference } from '#apis/meta.ts';
import { serviceImports } from '#apis/multicluster/service-import.ts';

/**
 * True for a ServiceImport or Service that a Tombolo agent made. The label alone decides: the agent's rights
 * end where it ends (src/install/member-policies.ts), and an object that lost it is left to people.
 */
export function isOurs(object: KubeObject): boolean {
  return object.metadata.labels?.[MANAGED_BY_LABEL] === MANAGED_BY;
}

/** True for an object that is there and that somebody else made. */
export function isForeign(object: KubeObject | undefined): boolean {
  return object !== undefined && !isOurs(object);
}

/** Makes a ServiceImport the controller of an object, so that nothing of it is left when it goes. */
export function ownedBy(owner: { name: string; uid: string }): OwnerReference {
  return {
    apiVersion: apiVersionOf(serviceImports),
    kind: serviceImports.kind,
    name: owner.name,
    uid: owner.uid,
    controller: true,
    // True would need a right on the owner's finalizers where OwnerReferencesPermissionEnforcement is on.
    blockOwnerDeletion: false,
  };
}
