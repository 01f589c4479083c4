import type { KubeObject, Resource } from '#apis/meta.ts';
import type { Nameless } from './address-book.ts';

/** The part of an apps/v1 StatefulSet that its pods' names hang on. */
export interface IStatefulSet extends KubeObject {
  spec?: { serviceName?: string };
}

export const statefulSets: Resource<IStatefulSet> = {
  group: 'apps',
  version: 'v1',
  plural: 'statefulsets',
  kind: 'StatefulSet',
  namespaced: true,
};

/**
 * One line for endpoints without a name: what they are, why where that can be seen, and what to do.
 * `known` are the StatefulSets of their namespace in their own cluster; undefined: this is another cluster, or
 * they may not be read.
 */
export function describeNameless(found: Nameless, known: readonly IStatefulSet[] | undefined): string {
  const { namespace, service, cluster, addresses, pods } = found;
  const who = pods.length > 0 ? `pods ${pods.join(', ')}` : `endpoints ${addresses.join(', ')}`;
  const opening = `${namespace}/${service} of ${cluster}: ${who} have no name of their own`;
  const cause = known && causeOf(found, known);
  if (cause !== undefined) return `${opening}: ${cause}`;
  return (
    `${opening}: look in cluster ${cluster} whether the StatefulSet's spec.serviceName is ${service} ` +
    `(kubectl -n ${namespace} get statefulsets -o custom-columns=NAME:.metadata.name,SERVICE:.spec.serviceName)`
  );
}

function causeOf({ service, pods }: Nameless, known: readonly IStatefulSet[]): string | undefined {
  const owners = known.filter(({ metadata }) => pods.some((pod) => setOf(pod) === metadata.name));
  const other = owners.find(({ spec }) => spec?.serviceName !== service);
  if (other !== undefined) {
    const { serviceName = '' } = other.spec ?? {};
    const governs = serviceName === '' ? 'has no serviceName' : `has serviceName ${serviceName}`;
    const instead = serviceName === '' ? '' : `export Service ${serviceName} instead, or `;
    return (
      `StatefulSet ${other.metadata.name} ${governs}, and only the Service that it names gives its pods names; ` +
      `${instead}make the StatefulSet anew with serviceName ${service}`
    );
  }
  if (owners.length > 0 || pods.length === 0) return undefined;
  return `they belong to no StatefulSet; set hostname, and ${service} as subdomain, in their pod template`;
}

/** The name of the StatefulSet that a pod of this name would belong to. */
function setOf(pod: string): string | undefined {
  return /^(.+)-\d+$/.exec(pod)?.[1];
}
