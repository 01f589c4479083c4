import { SOURCE_LABEL } from './lanes.ts';

/** Longer than any run: a watch that the server ends in the middle would be a gap. */
const WATCH_SECONDS = 7_200;

/** The query of a watch; from now on where there is no version. */
export function watchQuery(options: { resourceVersion?: string; onlySources?: boolean } = {}): string {
  const query = new URLSearchParams({ watch: 'true', timeoutSeconds: String(WATCH_SECONDS) });
  if (options.resourceVersion !== undefined) query.set('resourceVersion', options.resourceVersion);
  if (options.onlySources) query.set('labelSelector', `${SOURCE_LABEL}=true`);
  return `?${query}`;
}
