import { deployments, type IDeployment } from '#apis/kubernetes/deployment.ts';
import type { ObjectKey } from '#src/kube/client.ts';
import type { Milliseconds } from '#src/runtime/clock.ts';
import type { Target } from '../clusters/targets.ts';
import { Exit } from '../exit.ts';
import { say } from '../output/print.ts';

const LOOK_EVERY_MS = 500;

/** Resolves when the Deployment runs as it is written. Says what it waits for; throws an Exit at the deadline. */
export async function awaitDeployment(target: Target, key: ObjectKey, withinMs: Milliseconds): Promise<void> {
  const { client, context, timeoutMs } = target;
  const title = `Deployment ${key.namespace}/${key.name}`;
  const deadline = performance.now() + withinMs;
  let said = '';
  for (;;) {
    const why = notYet(await client.get(deployments, key, { timeoutMs }));
    if (why === undefined) return;
    if (why !== said) say(`${context}: waiting for ${title}: ${why}`);
    said = why;
    if (performance.now() >= deadline) {
      const see = `kubectl --context ${context} -n ${key.namespace} describe pods`;
      throw new Exit(1, [
        `${context}: ${title} is not available after ${withinMs / 1000} s: ${why}; see ${see}`,
      ]);
    }
    await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
  }
}

/** What is missing until the Deployment runs as it is written, in words; undefined: nothing. */
export function notYet({ metadata, spec, status = {} }: IDeployment): string | undefined {
  const { observedGeneration = 0, updatedReplicas = 0, availableReplicas = 0 } = status;
  const wanted = spec?.replicas ?? 1;
  if (observedGeneration < (metadata.generation ?? 0)) return 'its controller has not seen it yet';
  const failed = status.conditions?.find(
    ({ type, status: is }) =>
      (type === 'ReplicaFailure' && is === 'True') || (type === 'Progressing' && is === 'False'),
  );
  if (failed !== undefined) return `${failed.reason}: ${failed.message.replaceAll('\n', ' ')}`;
  if (updatedReplicas < wanted) return `${updatedReplicas} of ${wanted} pods are made anew`;
  if (availableReplicas < wanted) return `${availableReplicas} of ${wanted} pods are ready`;
  return undefined;
}
