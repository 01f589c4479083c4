import { type INamespace, namespaces } from '#apis/kubernetes/namespace.ts';
import type { KubeClient } from '#src/kube/client.ts';
import { isNotFound } from '#src/kube/errors.ts';
import type { Cluster } from '#test/clusters/provider.ts';
import { edit } from '#test/driver/edit.ts';
import { eventually } from '#test/driver/eventually.ts';
import { AGENT_USER } from '#test/driver/requests.ts';
import { WRITTEN } from './script.ts';

const API = 'admissionregistration.k8s.io/v1';
const POLICIES = `/apis/${API}/validatingadmissionpolicies`;
const BINDINGS = `/apis/${API}/validatingadmissionpolicybindings`;
const PROBE = 'configmaps';

/** On a namespace: writes of this kind are refused there. */
function labelOf(kind: string): string {
  return `histories.example.com/no-${kind}`;
}

/** Has a cluster refuse an agent's writes of a kind where a namespace is labelled so; resolves when it would. */
export async function installDenials({ admin }: Cluster): Promise<void> {
  const isAgent = `request.userInfo.username == '${AGENT_USER}'`;
  const policies = [...WRITTEN.map((kind) => [kind, `!(${isAgent})`]), [PROBE, 'false']] as const;
  for (const [kind, expression] of policies) {
    await admin.apply(`${POLICIES}/no-${kind}`, {
      apiVersion: API,
      kind: 'ValidatingAdmissionPolicy',
      metadata: { name: `no-${kind}` },
      spec: {
        failurePolicy: 'Fail',
        matchConstraints: {
          namespaceSelector: { matchLabels: { [labelOf(kind ?? '')]: 'true' } },
          resourceRules: [
            {
              apiGroups: ['*'],
              apiVersions: ['*'],
              operations: ['CREATE', 'UPDATE', 'DELETE'],
              resources: [kind],
            },
          ],
        },
        validations: [{ expression, message: 'refused by a history' }],
      },
    });
  }
  for (const [kind] of policies) {
    await admin.apply(`${BINDINGS}/no-${kind}`, {
      apiVersion: API,
      kind: 'ValidatingAdmissionPolicyBinding',
      metadata: { name: `no-${kind}` },
      spec: { policyName: `no-${kind}`, validationActions: ['Deny'] },
    });
  }
  // The last of them is in force, and with it those before.
  const name = 'histories-probe';
  await admin.apply(`/api/v1/namespaces/${name}`, {
    apiVersion: 'v1',
    kind: 'Namespace',
    metadata: { name, labels: { [labelOf(PROBE)]: 'true' } },
  });
  await eventually('the policies are in force', async () => {
    const probe = { metadata: { generateName: 'probe-' } };
    const { status } = await admin.send('POST', `/api/v1/namespaces/${name}/configmaps?dryRun=All`, probe);
    if (status !== 422) throw new Error(`a write that they refuse was answered ${status}`);
  });
}

/** Refuses the agent's writes of a kind in one namespace from now on, or no longer. */
export async function setDenial(
  client: KubeClient,
  namespace: string,
  kind: (typeof WRITTEN)[number],
  denied: boolean,
): Promise<void> {
  try {
    await edit(client, namespaces, { name: namespace }, ({ metadata, ...rest }: INamespace) => {
      const { [labelOf(kind)]: _, ...others } = metadata.labels ?? {};
      const labels = denied ? { ...others, [labelOf(kind)]: 'true' } : others;
      return { ...rest, metadata: { ...metadata, labels } };
    });
  } catch (error) {
    // A namespace that is gone refuses nothing; one that comes again has no label.
    if (!isNotFound(error)) throw error;
  }
}
