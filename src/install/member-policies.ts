import {
  KUBE_SERVICE_NAME_LABEL,
  MANAGED_BY,
  MANAGED_BY_LABEL,
  SLICE_MANAGED_BY_LABEL,
} from '#apis/labels.ts';
import { admissionPolicy, type Policy } from './admission.ts';
import { type Account, type Manifest, userName } from './manifest.ts';

/**
 * The policies that keep the agent's ServiceAccount to objects that carry its managed-by label, before and
 * after the write: RBAC cannot tell one Service from another (RELIABILITY T12). A stolen token can then reach
 * no user's object, put no endpoint behind a user's Service and claim no external address.
 */
export function memberPolicies(account: Account): Manifest[] {
  const onlyIf = { name: 'the-agent', expression: `request.userInfo.username == '${userName(account)}'` };
  return [
    ...admissionPolicy({
      name: 'tombolo-member-endpointslices',
      resources: [{ apiGroups: ['discovery.k8s.io'], resources: ['endpointslices'] }],
      operations: ['CREATE', 'UPDATE', 'DELETE'],
      onlyIf,
      validations: [...managedBy(SLICE_MANAGED_BY_LABEL), ONLY_DERIVED_SERVICES],
    }),
    ...admissionPolicy({
      name: 'tombolo-member-services',
      resources: [{ apiGroups: [''], resources: ['services'] }],
      operations: ['CREATE', 'UPDATE', 'DELETE'],
      onlyIf,
      validations: [...managedBy(MANAGED_BY_LABEL), DERIVED_NAME, NO_EXTERNAL_TRAFFIC],
    }),
    ...admissionPolicy({
      name: 'tombolo-member-serviceimports',
      resources: [
        {
          apiGroups: ['multicluster.x-k8s.io'],
          resources: ['serviceimports', 'serviceimports/status'],
        },
      ],
      operations: ['CREATE', 'UPDATE', 'DELETE'],
      onlyIf,
      validations: managedBy(MANAGED_BY_LABEL),
    }),
  ];
}

type Validation = Policy['validations'][number];

/** A created object has no old one and a deleted object no new one; those that are there must be ours. */
function managedBy(label: string): Validation[] {
  return ['oldObject', 'object'].map((object) => ({
    expression: `${object} == null || ${object}.metadata.?labels[?'${label}'].orValue('') == '${MANAGED_BY}'`,
    message: `the agent touches only objects with the label ${label}: ${MANAGED_BY}`,
  }));
}

const ONLY_DERIVED_SERVICES: Validation = {
  expression: `object == null || object.metadata.?labels[?'${KUBE_SERVICE_NAME_LABEL}'].orValue('derived-').startsWith('derived-')`,
  message: `the agent puts endpoints behind derived Services only (label ${KUBE_SERVICE_NAME_LABEL})`,
};

const DERIVED_NAME: Validation = {
  expression: "object == null || object.metadata.name.startsWith('derived-')",
  message: 'the agent creates only Services whose names begin with derived-',
};

/** Those that a user gave one of our Services may stay, or the agent could not write it any more. */
const NO_EXTERNAL_TRAFFIC: Validation = {
  expression:
    "object == null || (object.spec.?type.orValue('ClusterIP') == 'ClusterIP' && object.spec.?externalIPs.orValue([]).all(ip, oldObject != null && ip in oldObject.spec.?externalIPs.orValue([])))",
  message: 'the agent writes only Services of type ClusterIP, and adds no externalIPs',
};
