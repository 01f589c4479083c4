import { VERSION } from '#src/config/version.ts';
import { HUB_ACCOUNT, HUB_NAMESPACE } from './hub.ts';
import { type Account, type Manifest, PART_OF } from './manifest.ts';
import { AGENT_NAMESPACE, HUB_SECRET, MEMBER_ACCOUNT } from './member.ts';
import { HUB_CONFIG_MAP } from './member-hub-access.ts';

/** The image of this version of the program. */
export const DEFAULT_IMAGE = `tombolo.dev/tombolo:${VERSION}`;

/** The Deployment of the hub's controller: what the chart renders with default values, without a declaration. */
export function hubDeployment({
  namespace = HUB_NAMESPACE,
  image = DEFAULT_IMAGE,
}: {
  namespace?: string | undefined;
  image?: string | undefined;
} = {}): Manifest {
  return deployment({ namespace, name: HUB_ACCOUNT }, image, ['hub'], {});
}

/** How one agent is to run. */
export interface MemberDeployment {
  clusterId: string;
  namespace?: string | undefined;
  image?: string | undefined;
}

/** The Deployment of a member's agent: what the chart renders with default values. */
export function memberDeployment({
  clusterId,
  namespace = AGENT_NAMESPACE,
  image = DEFAULT_IMAGE,
}: MemberDeployment): Manifest {
  const args = [
    'member',
    `--cluster-id=${clusterId}`,
    '--hub-kubeconfig=/etc/tombolo/hub/kubeconfig',
    '--lease-interval=10s',
    `--hub-credential-secret=${HUB_SECRET}`,
  ];
  return deployment({ namespace, name: MEMBER_ACCOUNT }, image, args, HUB_ACCESS);
}

/** Mounted whole: a file mounted by its own path would not follow a Secret that is rotated. */
const HUB_ACCESS = {
  mounts: [{ name: 'hub', mountPath: '/etc/tombolo/hub', readOnly: true }],
  volumes: [
    {
      name: 'hub',
      projected: {
        defaultMode: 0o440,
        sources: [
          {
            secret: {
              name: HUB_SECRET,
              items: [
                { key: 'token', path: 'token' },
                { key: 'ca.crt', path: 'ca.crt' },
              ],
            },
          },
          { configMap: { name: HUB_CONFIG_MAP } },
        ],
      },
    },
  ],
};

function deployment(
  account: Account,
  image: string,
  args: readonly string[],
  { mounts, volumes }: { mounts?: readonly object[]; volumes?: readonly object[] },
): Manifest {
  const selector = {
    'app.kubernetes.io/name': account.name,
    'app.kubernetes.io/instance': account.name,
  };
  const labels = { ...selector, ...PART_OF };
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { ...account, labels },
    spec: {
      replicas: 1,
      strategy: { type: 'RollingUpdate' },
      selector: { matchLabels: selector },
      template: {
        metadata: { labels },
        spec: {
          serviceAccountName: account.name,
          automountServiceAccountToken: true,
          securityContext: POD_SECURITY,
          // An orderly end takes ten seconds at most.
          terminationGracePeriodSeconds: 30,
          containers: [
            {
              ...container(image, args),
              ...(mounts && { volumeMounts: mounts }),
            },
          ],
          ...(volumes && { volumes }),
        },
      },
    },
  };
}

function container(image: string, args: readonly string[]): Record<string, unknown> {
  return {
    name: 'tombolo',
    image,
    imagePullPolicy: 'IfNotPresent',
    args: [...args, '--listen=:8080', '--log-level=info', '--log-format=json', '--leader-elect'],
    env: [
      fromField('POD_NAMESPACE', 'metadata.namespace'),
      fromField('POD_NAME', 'metadata.name'),
      fromField('POD_UID', 'metadata.uid'),
      // Node takes about half of a small container's memory unless told.
      { name: 'NODE_OPTIONS', value: '--max-old-space-size-percentage=75' },
    ],
    ports: [{ name: 'http', containerPort: 8080, protocol: 'TCP' }],
    livenessProbe: {
      httpGet: { path: '/healthz', port: 'http' },
      initialDelaySeconds: 10,
      periodSeconds: 20,
      timeoutSeconds: 5,
      failureThreshold: 3,
    },
    readinessProbe: {
      httpGet: { path: '/readyz', port: 'http' },
      periodSeconds: 5,
      timeoutSeconds: 3,
      failureThreshold: 2,
    },
    resources: { requests: { cpu: '50m', memory: '128Mi' }, limits: { memory: '512Mi' } },
    securityContext: {
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ['ALL'] },
    },
  };
}

/** Meets the Pod Security Standard "restricted". */
const POD_SECURITY = {
  runAsNonRoot: true,
  runAsUser: 65_532,
  runAsGroup: 65_532,
  fsGroup: 65_532,
  seccompProfile: { type: 'RuntimeDefault' },
};

function fromField(name: string, fieldPath: string): Record<string, unknown> {
  return { name, valueFrom: { fieldRef: { fieldPath } } };
}
