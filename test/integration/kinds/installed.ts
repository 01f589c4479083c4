import { Member } from '#apis/hub/member.ts';
import { ServiceImport } from '#apis/multicluster/service-import.ts';
import { hubManifests, hubMemberManifests } from '#src/install/hub.ts';
import { invitationManifests } from '#src/install/invitation.ts';
import type { Account, Manifest } from '#src/install/manifest.ts';
import { manifestPath } from '#src/install/manifest-path.ts';
import { AGENT_NAMESPACE, MEMBER_ACCOUNT, memberManifests } from '#src/install/member.ts';
import type { AdminClient } from '#test/clusters/admin.ts';
import { until } from '#test/clusters/machine/until.ts';
import type { KindsCluster } from './cluster.ts';

/** The agent's identity in its own cluster. */
export const AGENT: Account = { namespace: AGENT_NAMESPACE, name: MEMBER_ACCOUNT };

/** Applies manifests one after the other, as `kubectl apply` does. */
export async function applyAll(admin: AdminClient, manifests: readonly Manifest[]): Promise<void> {
  for (const manifest of manifests) await admin.apply(manifestPath(manifest), manifest);
}

/**
 * Makes one cluster both the hub of the members `zzzc` and `shbt` and a member itself, which is legal, so that
 * no identity may profit from the others' rights. Resolves when every policy is in force.
 */
export async function installEverything(cluster: KindsCluster): Promise<void> {
  const members = ['zzzc', 'shbt'].flatMap((clusterId) => [
    ...hubMemberManifests({ clusterId }),
    ...invitationManifests({ clusterId, memberAccount: MEMBER_ACCOUNT }),
  ]);
  await applyAll(cluster.admin, [...hubManifests(), ...members, ...memberManifests()]);
  const agent = await cluster.as(AGENT);
  // Policies begin to count some time after they were written, and each on its own.
  await Promise.all([
    refused(cluster.admin, '/apis/hub.tombolo.dev/v1alpha1/members', 'finalizers are not allowed', {
      ...new Member({ metadata: { name: 'zzzc' } }),
      metadata: { name: 'zzzc', finalizers: ['example.com/x'] },
    }),
    refused(agent, '/apis/discovery.k8s.io/v1/namespaces/default/endpointslices', 'the agent touches only', {
      metadata: { name: 'probe' },
      addressType: 'IPv4',
      endpoints: [],
    }),
    refused(agent, '/api/v1/namespaces/default/services', 'the agent touches only', {
      metadata: { name: 'probe' },
      spec: { ports: [{ port: 1 }] },
    }),
    refused(
      agent,
      '/apis/multicluster.x-k8s.io/v1beta1/namespaces/default/serviceimports',
      'the agent touches only',
      new ServiceImport({ metadata: { name: 'probe' }, spec: { type: 'Headless', ports: [] } }),
    ),
  ]);
}

/** Waits until the server refuses to create this, for this reason. */
async function refused(client: AdminClient, path: string, saying: string, object: unknown): Promise<void> {
  await until(`${path} refuses with: ${saying}`, async () => {
    const { body } = await client.send('POST', `${path}?dryRun=All`, object);
    return JSON.stringify(body).includes(saying);
  });
}
