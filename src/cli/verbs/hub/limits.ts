import { memberNamespace } from '#apis/hub/member.ts';
import { type IResourceQuota, resourceQuotas } from '#apis/kubernetes/resource-quota.ts';
import { LIMITED, LIMITS_QUOTA } from '#src/install/member-limits.ts';
import { isNotFound } from '#src/kube/errors.ts';
import { orAbsent } from '#src/kube/or-absent.ts';
import type { Right } from '#src/runtime/rights/missing-rights.ts';
import type { Target } from '../../clusters/targets.ts';
import { Exit } from '../../exit.ts';
import { FIELD_MANAGER } from '../../installing/apply.ts';
import { say } from '../../output/print.ts';

const COUNTED_WITHIN_MS = 90_000;
/** A controller that did not know our kinds when it saw the quota looks again after minutes, but at a new one at once. */
const ANEW_AFTER_MS = 10_000;
const LOOK_EVERY_MS = 250;

/**
 * Resolves when the cluster counts what the limits bound. Until then it refuses every record. Throws an Exit where
 * nobody counts within the deadline, having taken the limits back.
 */
export async function awaitCounting(hub: Target, name: string): Promise<void> {
  const key = keyOf(name);
  const started = performance.now();
  let since = started;
  let told = false;
  for (;;) {
    const quota = await orAbsent(hub.client.get(resourceQuotas, key, { timeoutMs: hub.timeoutMs }));
    if (quota === undefined || isCounted(quota)) return;
    const now = performance.now();
    if (!told) say(`${hub.context}: waiting until the hub counts the records of ${name}`);
    told = true;
    if (now - started >= COUNTED_WITHIN_MS) {
      await dropLimits(hub, name);
      throw new Exit(1, [
        `${hub.context}: nobody counts objects there (is its kube-controller-manager running?), so ResourceQuota ` +
          `${key.namespace}/${key.name} would refuse every record and was taken back: run again with --no-limits`,
      ]);
    }
    if (now - since >= ANEW_AFTER_MS) {
      await dropLimits(hub, name);
      const { spec = {} } = quota;
      const metadata = { ...key, labels: quota.metadata.labels ?? {} };
      const { client, timeoutMs } = hub;
      await client.apply(resourceQuotas, { metadata, spec }, { fieldManager: FIELD_MANAGER, timeoutMs });
      since = now;
    }
    await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
  }
}

/** Takes the limits of a member back. */
export async function dropLimits({ client, timeoutMs }: Target, name: string): Promise<void> {
  const key = keyOf(name);
  const uid = (await orAbsent(client.get(resourceQuotas, key, { timeoutMs })))?.metadata.uid;
  if (uid === undefined) return;
  try {
    // The quota of this name is the command line's own; the UID fences what was made since.
    await client.delete(resourceQuotas, key, { uid }, { timeoutMs });
  } catch (error) {
    if (!isNotFound(error)) throw error;
  }
}

/** What dropLimits needs. */
export function rightToDropLimits(name: string): Right {
  return { verb: 'delete', group: '', resource: resourceQuotas.plural, ...keyOf(name) };
}

/** Whether an API server knows how much there is of everything that is bounded: until then it lets nothing in. */
export function isCounted({ status }: IResourceQuota): boolean {
  return Object.values(LIMITED).every(
    (what) => status?.hard?.[what] !== undefined && status.used?.[what] !== undefined,
  );
}

function keyOf(name: string): { namespace: string; name: string } {
  return { namespace: memberNamespace(name), name: LIMITS_QUOTA };
}
