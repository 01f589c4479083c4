import { CLUSTER_SET_NAME, clusterSets } from '#apis/hub/cluster-set.ts';
import { apiVersionOf } from '#apis/meta.ts';
import { hubCrds } from '#src/install/crds.ts';
import { hubDeployment } from '#src/install/deployment.ts';
import { HUB_NAMESPACE, hubManifests } from '#src/install/hub.ts';
import { type Manifest, PART_OF } from '#src/install/manifest.ts';
import { isKindMissing, isNotFound } from '#src/kube/errors.ts';
import { shellWord } from '../../cluster-options.ts';
import { milliseconds, type Target } from '../../clusters/targets.ts';
import type { HubInitOptions } from '../../hub-options.ts';
import { applyManifests } from '../../installing/apply.ts';
import { requireRightsFor } from '../../installing/rights.ts';
import { awaitDeployment } from '../../installing/rollout.ts';
import { say } from '../../output/print.ts';
import { sameHub, withHub } from './hub.ts';
import { refuseOtherInstaller } from './other-installer.ts';
import { printApplied, printManifests, printResult } from './result.ts';

/**
 * Installs the hub and waits until its controller runs; done again it writes nothing. A ClusterSet that is there is
 * never changed. Throws an Exit where another installer keeps the hub, a right is missing or the controller does not start.
 */
export async function hubInit(options: HubInitOptions, program: string): Promise<void> {
  const { dryRun, output, namespace = HUB_NAMESPACE, image } = options;
  const timeoutMs = milliseconds('--timeout', options.timeout);
  const deployment = hubDeployment({ namespace, image });
  const installed = [...hubCrds(), ...hubManifests({ hubNamespace: namespace })];
  if (output !== undefined && dryRun === 'client') {
    return printManifests([...installed, CLUSTER_SET, deployment], output);
  }
  await withHub(options, async (hub) => {
    await refuseOtherInstaller(hub, namespace);
    const isNew = !(await hasClusterSet(hub));
    const manifests = [...installed, ...(isNew ? [CLUSTER_SET] : []), deployment];
    if (dryRun !== 'client') await requireRightsFor(hub, manifests);
    await applyManifests(hub, manifests, { dryRun, onApplied: (one) => printApplied(one, options) });
    if (!isNew) await printResult(CLUSTER_SET, 'unchanged', options);
    if (output !== undefined) await printManifests([...installed, CLUSTER_SET, deployment], output);
    if (dryRun !== undefined) {
      const where = namespace === HUB_NAMESPACE ? '' : ` -n ${shellWord(namespace)}`;
      const what = image === undefined ? '' : ` --image ${shellWord(image)}`;
      return say(`next: ${program} hub init${where}${what}${sameHub(options)}`);
    }
    if (options.wait === 'true')
      await awaitDeployment(hub, { namespace, name: deployment.metadata.name }, timeoutMs);
    say(`next: ${program} hub member add NAME${sameHub(options)}`);
  });
}

/** What the set is to be is a person's to say: the API server puts in the defaults. */
const CLUSTER_SET: Manifest = {
  apiVersion: apiVersionOf(clusterSets),
  kind: clusterSets.kind,
  metadata: { name: CLUSTER_SET_NAME, labels: PART_OF },
  spec: {},
};

async function hasClusterSet({ client, timeoutMs }: Target): Promise<boolean> {
  try {
    await client.get(clusterSets, { name: CLUSTER_SET_NAME }, { timeoutMs });
    return true;
  } catch (error) {
    if (isNotFound(error) || isKindMissing(error)) return false;
    throw error;
  }
}
