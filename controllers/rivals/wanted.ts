import { hash } from 'node:crypto';
import type { KubeObject } from '#apis/meta.ts';

/** Labels and annotations of ours; all others are somebody else's, and go along with what we write. */
const OURS =
  /^(tombolo\.dev|multicluster\.kubernetes\.io|endpointslice\.kubernetes\.io)\/|^kubernetes\.io\/service-name$/;

/**
 * A digest of what a write is meant to bring about: equal for two writes that differ only in what others have put on
 * the object, in when a condition turned, or in versions.
 */
export function wantedDigest<T extends KubeObject>(object: T, part: 'object' | 'status'): string {
  const text = part === 'status' ? statusText(object) : objectText(object);
  return hash('sha1', text, 'base64url');
}

function objectText<T extends KubeObject>({ metadata, ...content }: T): string {
  const { labels, annotations, ownerReferences = [] } = metadata;
  const owner = ownerReferences.find(({ controller }) => controller === true)?.uid;
  return JSON.stringify([{ ...content, status: undefined }, oursOf(labels), oursOf(annotations), owner]);
}

function statusText<T extends KubeObject>(object: T): string {
  const status = 'status' in object ? object.status : undefined;
  return JSON.stringify([status], (key, value: unknown) =>
    key === 'lastTransitionTime' ? undefined : value,
  );
}

function oursOf(map: Record<string, string> | undefined): [string, string][] {
  return Object.entries(map ?? {})
    .filter(([key]) => OURS.test(key))
    .sort(([a], [b]) => (a < b ? -1 : 1));
}
