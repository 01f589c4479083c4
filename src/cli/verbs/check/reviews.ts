import type { IDeployment } from '#apis/kubernetes/deployment.ts';
import { type Account, userName } from '#src/install/manifest.ts';
import { AGENT_NAMESPACE, MEMBER_ACCOUNT, memberManifests } from '#src/install/member.ts';
import { isRole } from '#src/install/rbac.ts';
import { describeRight, neededRights, type Right } from '#src/runtime/rights/missing-rights.ts';
import type { Target } from '../../clusters/targets.ts';

const REVIEWS = '/apis/authorization.k8s.io/v1/subjectaccessreviews';
const SELF = '/apis/authentication.k8s.io/v1/selfsubjectreviews';

/** Whether somebody may do it. Rejects where the asker may not ask for others. */
export async function mayDo({ client, timeoutMs }: Target, account: Account, right: Right): Promise<boolean> {
  const [resource, subresource] = right.resource.split('/');
  const { verb, group, namespace, name } = right;
  const groups = [
    `system:serviceaccounts:${account.namespace}`,
    'system:serviceaccounts',
    'system:authenticated',
  ];
  const review = {
    apiVersion: 'authorization.k8s.io/v1',
    kind: 'SubjectAccessReview',
    spec: {
      user: userName(account),
      groups,
      resourceAttributes: { verb, group, resource, subresource, namespace, name },
    },
  };
  const reply = await client.request('POST', REVIEWS, review, { timeoutMs });
  const { status }: { status?: { allowed?: unknown } } = Object(reply);
  return status?.allowed === true;
}

/** The rights that the agent's account lacks of those that this version gives it, in words. */
export async function missingOf(target: Target, agents: readonly IDeployment[]): Promise<string[]> {
  const [agent] = agents;
  if (agent === undefined) return [];
  const namespace = agent.metadata.namespace ?? AGENT_NAMESPACE;
  const name = agent.spec?.template?.spec?.serviceAccountName ?? MEMBER_ACCOUNT;
  const account = { namespace, name };
  const needed = memberManifests({ agentNamespace: namespace, accountName: name })
    .filter(isRole)
    .flatMap(({ kind, rules }) =>
      neededRights({
        rules: rules.map((rule) => ({
          ...rule,
          on: 'member',
          scope: kind === 'Role' ? 'agent-namespace' : 'cluster',
        })),
        namespaces: { 'agent-namespace': namespace, 'member-namespace': namespace },
      }),
    );
  const held = await Promise.all(needed.map((right) => mayDo(target, account, right)));
  return needed.filter((_, index) => !held[index]).map(describeRight);
}

/** A review of one's own identity: every caller may ask for it. */
export function selfReview({ client, timeoutMs }: Target): Promise<unknown> {
  const review = { apiVersion: 'authentication.k8s.io/v1', kind: 'SelfSubjectReview' };
  return client.request('POST', SELF, review, { timeoutMs });
}
