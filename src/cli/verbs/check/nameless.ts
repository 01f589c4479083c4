import { endpointSlices } from '#apis/kubernetes/endpoint-slice.ts';
import { services } from '#apis/kubernetes/service.ts';
import { KUBE_SERVICE_NAME_LABEL, SERVICE_NAME_LABEL, SOURCE_CLUSTER_LABEL } from '#apis/labels.ts';
import { serviceExports } from '#apis/multicluster/service-export.ts';
import { addressBook } from '#controllers/view/address-book.ts';
import { describeNameless, statefulSets } from '#controllers/view/nameless.ts';
import { listAll } from '../../clusters/reading.ts';
import type { Target } from '../../clusters/targets.ts';
import { type Query, selection } from '../listings.ts';

/** One line for each headless Service that is exported and whose pods have no names, with the cause where it is seen. */
export async function namelessOf(target: Target, query: Query): Promise<string[]> {
  const of = selection(target, { ...query, selector: undefined });
  const place = query.allNamespaces ? {} : { namespace: target.namespace };
  const own = `${KUBE_SERVICE_NAME_LABEL},!${SOURCE_CLUSTER_LABEL}`;
  const [exported, all, slices] = await Promise.all([
    listAll(target, serviceExports, of),
    listAll(target, services, place),
    listAll(target, endpointSlices, { ...place, labelSelector: own }),
  ]);
  const keys = new Set(exported.map(({ metadata }) => `${metadata.namespace}/${metadata.name}`));
  const headless = new Set(
    all
      .filter(({ spec }) => spec?.clusterIP === 'None')
      .map(({ metadata }) => `${metadata.namespace}/${metadata.name}`)
      .filter((key) => keys.has(key)),
  );
  const { context } = target;
  // The address book reads imported slices: those of the Service itself are put into its words.
  const theirs = slices.flatMap((slice) => {
    const { namespace, labels } = slice.metadata;
    const service = labels?.[KUBE_SERVICE_NAME_LABEL] ?? '';
    if (!headless.has(`${namespace}/${service}`)) return [];
    const asImported = { [SERVICE_NAME_LABEL]: service, [SOURCE_CLUSTER_LABEL]: context };
    return [{ ...slice, metadata: { ...slice.metadata, labels: asImported } }];
  });
  const { nameless } = addressBook(theirs, '');
  if (nameless.length === 0) return [];
  const sets = await listAll(target, statefulSets, place);
  return nameless.map((found) =>
    describeNameless(
      found,
      sets.filter(({ metadata }) => metadata.namespace === found.namespace),
    ),
  );
}
