import { CLUSTER_SET_NAME } from '#apis/hub/cluster-set.ts';
import { memberNamespace } from '#apis/hub/member.ts';
import {
  INVITATION_SECRET,
  invitationManifests,
  invitationSecret,
  JOIN_ACCOUNT,
} from '#src/install/invitation.ts';
import type { JoinBundle } from '#src/install/join-bundle.ts';
import { manifestPath } from '#src/install/manifest-path.ts';
import { MEMBER_ACCOUNT } from '#src/install/member.ts';
import type { Cluster } from '#test/clusters/provider.ts';
import { apply } from './install.ts';

/** What an invitation may say otherwise than the hub is. */
export interface InvitationOptions {
  /** How members reach the hub. */
  server?: string;
  /** PEM. */
  ca?: string;
}

/** Invites a member as `tombolo hub invite` does; an earlier invitation is void. */
export async function invite(
  hub: Cluster,
  clusterId: string,
  { server = hub.server, ca = hub.ca ?? '' }: InvitationOptions = {},
): Promise<JoinBundle> {
  const namespace = memberNamespace(clusterId);
  const { admin } = hub;
  for (const manifest of invitationManifests({ clusterId, memberAccount: MEMBER_ACCOUNT })) {
    await apply(hub, manifest);
  }
  const secret = invitationSecret(clusterId);
  await admin.call('DELETE', manifestPath(secret)).catch(() => undefined);
  const made: { metadata: { uid: string } } = Object(
    await admin.call('POST', `/api/v1/namespaces/${namespace}/secrets`, secret),
  );
  const { uid } = made.metadata;
  const boundObjectRef = { apiVersion: 'v1', kind: 'Secret', name: INVITATION_SECRET, uid };
  const answer: { status: { token: string; expirationTimestamp: string } } = Object(
    await admin.call('POST', `/api/v1/namespaces/${namespace}/serviceaccounts/${JOIN_ACCOUNT}/token`, {
      apiVersion: 'authentication.k8s.io/v1',
      kind: 'TokenRequest',
      spec: { expirationSeconds: 900, boundObjectRef },
    }),
  );
  const set: { metadata: { uid: string } } = Object(
    await admin.get(`/apis/hub.tombolo.dev/v1alpha1/clustersets/${CLUSTER_SET_NAME}`),
  );
  return {
    apiVersion: 'tombolo.dev/v1alpha1',
    kind: 'JoinBundle',
    clusterId,
    hub: {
      server,
      certificateAuthorityData: Buffer.from(ca).toString('base64'),
      clusterSetUID: set.metadata.uid,
    },
    token: answer.status.token,
    invitation: uid,
    expires: answer.status.expirationTimestamp,
  };
}
