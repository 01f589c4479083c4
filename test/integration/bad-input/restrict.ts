import type { Cluster } from '#test/clusters/provider.ts';

interface Rule {
  resources: string[];
  verbs: string[];
}

/** Takes one verb on one resource out of a role, named by the end of its path; returns how to give it back. */
export async function restrict(
  { admin }: Cluster,
  role: string,
  verb: string,
  resource: string,
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
  return async () => void (await patch(rules));
}
