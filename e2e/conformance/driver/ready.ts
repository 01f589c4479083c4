import type { Pod } from '#test/driver/running-pods.ts';

/** Whether a pod is Ready. */
export function isReady({ status }: Pod): boolean {
  return status?.conditions?.some(({ type, status }) => type === 'Ready' && status === 'True') ?? false;
}
