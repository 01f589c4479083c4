import { CLUSTER_SET_STATEMENTS } from '#apis/hub/cluster-set.ts';
import { MEMBER_STATEMENTS } from '#apis/hub/member.ts';
import { admissionPolicy, type Policy } from './admission.ts';
import { type Account, type Manifest, userName } from './manifest.ts';

/**
 * The policies that keep the hub controller to rules and members: what a person states of a set that runs, such as
 * that a cluster is gone for good, makes all members remove what they imported from it. A stolen token of the
 * controller's must not be enough for that.
 */
export function hubPolicies(account: Account): Manifest[] {
  const onlyIf = {
    name: 'the-hub-controller',
    expression: `request.userInfo.username == '${userName(account)}'`,
  };
  const policy = (name: string, resource: string, fields: readonly string[]) =>
    admissionPolicy({
      name,
      resources: [{ apiGroups: ['hub.tombolo.dev'], resources: [resource] }],
      operations: ['CREATE', 'UPDATE'],
      onlyIf,
      validations: fields.map(onlyPeople),
    });
  return [
    ...policy('tombolo-hub-clustersets', 'clustersets', CLUSTER_SET_STATEMENTS),
    ...policy('tombolo-hub-members', 'members', MEMBER_STATEMENTS),
  ];
}

function onlyPeople(field: string): Policy['validations'][number] {
  const before = `(oldObject == null ? optional.none() : oldObject.?spec.?${field})`;
  return {
    expression: `object.?spec.?${field} == ${before}`,
    message: `spec.${field} is a person's statement: the hub controller does not change it`,
  };
}
