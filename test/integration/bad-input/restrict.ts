import type { Cluster } from '#test/clusters/provider.ts';
import { eventually } from '#test/driver/eventually.ts';

interface Rule {
  apiGroups: string[];
  resources: string[];
  verbs: string[];
}

const REVIEWS = '/apis/authorization.k8s.io/v1/subjectaccessreviews';

/**
 * Takes one verb on one resource out of a role, named by the end of its path; resolves when its bearer is denied it,
 * with how to give it back.
 */
export async function restrict(
  { admin }: Cluster,
  role: string,
  verb: string,
  resource: string,
  user: string,
): Promise<() => Promise<void>> {
  const path = `/apis/rbac.authorization.k8s.io/v1/${role}`;
  // The API server validated it.
  const { rules } = (await admin.get(path)) as { rules: Rule[] };
  const patch = (to: Rule[]) => admin.call('PATCH', path, { rules: to }, 'application/merge-patch+json');
  await patch(
    rules.flatMap((rule) => {
      if (!rule.resources.includes(resource)) return [rule];
      const others = { ...rule, resources: rule.resources.filter((other) => other !== resource) };
      const rest = { ...rule, resources: [resource], verbs: rule.verbs.filter((other) => other !== verb) };
      return others.resources.length > 0 ? [others, rest] : [rest];
    }),
  );
  const [group] = rules.find((rule) => rule.resources.includes(resource))?.apiGroups ?? [];
  const namespace = /^namespaces\/([^/]+)\//.exec(role)?.[1];
  // Who asks for its rights once, at its start, must not be told those of before.
  await eventually(`${user} may not ${verb} ${resource}`, async () => {
    const review = (await admin.call('POST', REVIEWS, {
      apiVersion: 'authorization.k8s.io/v1',
      kind: 'SubjectAccessReview',
      spec: { user, resourceAttributes: { verb, group, resource, namespace } },
    })) as { status: { allowed: boolean } };
    if (review.status.allowed) throw new Error('it may');
  });
  return async () => void (await patch(rules));
}
