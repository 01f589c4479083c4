import type { KubeObject } from '#apis/meta.ts';

/** One object of an installation, as `kubectl apply` takes it. */
export interface Manifest extends KubeObject {
  apiVersion: string;
  kind: string;
  [field: string]: unknown;
}

/** A Namespace that says to whom it belongs. */
export function namespace(name: string): Manifest {
  return { apiVersion: 'v1', kind: 'Namespace', metadata: { name, labels: PART_OF } };
}

/** A ServiceAccount; `mounted` says whether its pods get its token. */
export function serviceAccount(account: Account, mounted: boolean): Manifest {
  return {
    apiVersion: 'v1',
    kind: 'ServiceAccount',
    metadata: { ...account, labels: PART_OF },
    automountServiceAccountToken: mounted,
  };
}

/** A ServiceAccount's place. */
export interface Account {
  namespace: string;
  name: string;
}

/** The user name that the API server gives to a ServiceAccount. */
export function userName(account: Account): string {
  return `system:serviceaccount:${account.namespace}:${account.name}`;
}

/** Label on everything that an installation creates. */
export const PART_OF: Record<string, string> = { 'app.kubernetes.io/part-of': 'tombolo' };
