import { type Manifest, PART_OF } from './manifest.ts';
import { AGENT_NAMESPACE, HUB_SECRET, MEMBER_ACCOUNT } from './member.ts';

/** The ConfigMap that makes a kubeconfig of the token and the CA in the Secret: no secret is in it. */
export const HUB_CONFIG_MAP = `${MEMBER_ACCOUNT}-hub`;

/** Annotation of the Secret: the id that the token's bearer has in the set. */
export const CLUSTER_ID_ANNOTATION = 'tombolo.dev/cluster-id';
/** Annotation of the Secret: the UID of the ClusterSet that was joined. */
export const CLUSTER_SET_UID_ANNOTATION = 'tombolo.dev/clusterset-uid';
/** Annotation of the Secret: the UID of the invitation that its first token was got with. */
export const INVITATION_ANNOTATION = 'tombolo.dev/invitation';

/** How an agent reaches the hub, and as whom. */
export interface MemberHubAccess {
  clusterId: string;
  /** URL of the hub's API server as the member's pods reach it. */
  server: string;
  /** Certificates of the hub's CA, PEM. */
  caPem: string;
  token: string;
  clusterSetUID: string;
  /** UID of the invitation. */
  invitation: string;
  /** The agent's. */
  namespace?: string;
}

/** The Secret with a member's credentials on the hub, and the ConfigMap that makes a kubeconfig of them. */
export function memberHubAccess(access: MemberHubAccess): Manifest[] {
  const { namespace = AGENT_NAMESPACE, server, caPem, token } = access;
  return [
    {
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: {
        namespace,
        name: HUB_SECRET,
        labels: PART_OF,
        annotations: {
          [CLUSTER_ID_ANNOTATION]: access.clusterId,
          [CLUSTER_SET_UID_ANNOTATION]: access.clusterSetUID,
          [INVITATION_ANNOTATION]: access.invitation,
        },
      },
      type: 'Opaque',
      data: { 'ca.crt': base64(caPem), token: base64(token) },
    },
    {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { namespace, name: HUB_CONFIG_MAP, labels: PART_OF },
      data: { kubeconfig: kubeconfigFor(server) },
    },
  ];
}

/** The same text as the member's chart writes. Its files lie beside it. */
function kubeconfigFor(server: string): string {
  return `apiVersion: v1
kind: Config
clusters:
  - name: hub
    cluster:
      server: ${JSON.stringify(server)}
      certificate-authority: ca.crt
users:
  - name: member
    user:
      tokenFile: token
contexts:
  - name: hub
    context:
      cluster: hub
      user: member
current-context: hub
`;
}

function base64(text: string): string {
  return Buffer.from(text).toString('base64');
}
