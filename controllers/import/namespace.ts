import type { INamespace } from '#apis/kubernetes/namespace.ts';

/**
 * Why nothing can be imported into a namespace now; undefined: it can. There is no retry for either answer:
 * the namespace's next event brings its imports back (https://github.com/submariner-io/lighthouse/pull/1625).
 */
export function namespaceClosed(namespace: INamespace | undefined): string | undefined {
  if (namespace === undefined) return 'the namespace does not exist';
  const terminating =
    namespace.metadata.deletionTimestamp !== undefined || namespace.status?.phase === 'Terminating';
  return terminating ? 'the namespace is being deleted' : undefined;
}
