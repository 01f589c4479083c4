import type { IPod } from './workload.ts';

/** Whether a pod is Ready. */
export function isReady({ status }: IPod): boolean {
  return status?.conditions?.some(({ type, status }) => type === 'Ready' && status === 'True') ?? false;
}
