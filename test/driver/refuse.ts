import { apiVersionOf, type KubeObject, type Resource } from '#apis/meta.ts';
import { collectionPath } from '#src/kube/paths.ts';
import type { Cluster } from '#test/clusters/provider.ts';
import { eventually } from './eventually.ts';

const API = 'admissionregistration.k8s.io/v1';

/** What is refused, by a ValidatingAdmissionPolicy. */
export interface Refused<T extends KubeObject> {
  kind: Resource<T>;
  /** One that is refused: what is tried, as a dry run, to see whether the policy is in force. For DELETE, one that is there. */
  such: T;
  /** In these words. */
  words: string;
  /** CEL; objects for which it holds are let in. None unless told. */
  unless?: string;
  operations?: readonly ('CREATE' | 'UPDATE')[] | readonly ['DELETE'];
  /** Only in this namespace. */
  namespace?: string;
}

/** Has an API server refuse everybody's writes of some objects; resolves when it does, with how to end that. */
export async function refuse<T extends KubeObject>(
  { admin }: Cluster,
  { kind, such, words, unless = 'false', operations = ['CREATE', 'UPDATE'], namespace }: Refused<T>,
): Promise<() => Promise<void>> {
  const name = `${namespace ?? 'all'}-without-${kind.plural}`;
  const policy = `/apis/${API}/validatingadmissionpolicies/${name}`;
  const binding = `/apis/${API}/validatingadmissionpolicybindings/${name}`;
  const rule = { apiGroups: [kind.group], apiVersions: ['*'], operations, resources: [kind.plural] };
  await admin.apply(policy, {
    apiVersion: API,
    kind: 'ValidatingAdmissionPolicy',
    metadata: { name },
    spec: {
      failurePolicy: 'Fail',
      matchConstraints: { resourceRules: [rule] },
      validations: [{ expression: unless, message: words }],
    },
  });
  const only = { namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': namespace } } };
  await admin.apply(binding, {
    apiVersion: API,
    kind: 'ValidatingAdmissionPolicyBinding',
    metadata: { name },
    spec: {
      policyName: name,
      validationActions: ['Deny'],
      ...(namespace !== undefined && { matchResources: only }),
    },
  });
  const probe = { apiVersion: apiVersionOf(kind), kind: kind.kind, ...such };
  const path = collectionPath(kind, namespace ?? such.metadata.namespace);
  const tried = () =>
    operations[0] === 'DELETE'
      ? admin.send('DELETE', `${path}/${such.metadata.name}?dryRun=All`)
      : admin.send('POST', `${path}?dryRun=All`, probe);
  const refuses = async () => JSON.stringify((await tried()).body).includes(words);
  await eventually('the policy is in force', async () => {
    if (!(await refuses())) throw new Error('it is not');
  });
  return async () => {
    await admin.call('DELETE', binding);
    await admin.call('DELETE', policy);
    await eventually('the policy is no longer in force', async () => {
      if (await refuses()) throw new Error('it is');
    });
  };
}
