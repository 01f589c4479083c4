import type { Stack } from '../addresses.ts';
import type { AdminClient } from '../admin.ts';
import { grantReading } from '../control-plane/coredns.ts';
import { clusterCorefile } from '../control-plane/corefile.ts';

export interface ClusterDnsPlace {
  stack: Stack;
  /** The Service's addresses, one per family of the stack. */
  addresses: readonly string[];
  /** Whether it serves clusterset.local. */
  multicluster: boolean;
  /** Of CoreDNS. */
  image: string;
}

const NAMESPACE = 'kube-system';
const DEPLOYMENT = `/apis/apps/v1/namespaces/${NAMESPACE}/deployments/coredns`;
const LABELS = { 'k8s-app': 'kube-dns' };
const ACCOUNT = { name: 'coredns', namespace: NAMESPACE };
const FAMILIES = { ipv4: ['IPv4'], ipv6: ['IPv6'], dual: ['IPv4', 'IPv6'] } as const;

/** Installs CoreDNS as Kubernetes' installers do: the names, labels and ports that people look for. */
export async function installClusterDns(admin: AdminClient, place: ClusterDnsPlace): Promise<void> {
  await grantReading(admin, ACCOUNT);
  const core = `/api/v1/namespaces/${NAMESPACE}`;
  const meta = (name: string) => ({ name, namespace: NAMESPACE, labels: LABELS });
  await admin.apply(`${core}/serviceaccounts/coredns`, {
    apiVersion: 'v1',
    kind: 'ServiceAccount',
    metadata: meta('coredns'),
  });
  await admin.apply(`${core}/configmaps/coredns`, {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: meta('coredns'),
    data: { Corefile: clusterCorefile(place) },
  });
  await admin.apply(`${core}/services/kube-dns`, {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: meta('kube-dns'),
    spec: {
      selector: LABELS,
      clusterIP: place.addresses[0],
      clusterIPs: place.addresses,
      ipFamilies: FAMILIES[place.stack],
      ipFamilyPolicy: place.stack === 'dual' ? 'RequireDualStack' : 'SingleStack',
      ports: [
        { name: 'dns', port: 53, protocol: 'UDP' },
        { name: 'dns-tcp', port: 53, protocol: 'TCP' },
        { name: 'metrics', port: 9153, protocol: 'TCP' },
      ],
    },
  });
  await admin.apply(DEPLOYMENT, {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: meta('coredns'),
    spec: {
      replicas: 1,
      selector: { matchLabels: LABELS },
      template: { metadata: { labels: LABELS }, spec: podSpec(place.image) },
    },
  });
}

/** Whether a pod of the Deployment, as it is now, is ready. */
export async function clusterDnsIsUp(admin: AdminClient): Promise<boolean> {
  const { status } = (await admin.get(DEPLOYMENT)) as { status?: { availableReplicas?: number } };
  return (status?.availableReplicas ?? 0) > 0;
}

function podSpec(image: string): object {
  return {
    serviceAccountName: 'coredns',
    dnsPolicy: 'Default',
    priorityClassName: 'system-cluster-critical',
    containers: [
      {
        name: 'coredns',
        image,
        imagePullPolicy: 'IfNotPresent',
        args: ['-conf', '/etc/coredns/Corefile'],
        ports: [
          { name: 'dns', containerPort: 53, protocol: 'UDP' },
          { name: 'dns-tcp', containerPort: 53, protocol: 'TCP' },
        ],
        volumeMounts: [{ name: 'config', mountPath: '/etc/coredns', readOnly: true }],
        livenessProbe: { httpGet: { path: '/health', port: 8080 }, failureThreshold: 5 },
        readinessProbe: { httpGet: { path: '/ready', port: 8181 }, periodSeconds: 1 },
      },
    ],
    volumes: [{ name: 'config', configMap: { name: 'coredns' } }],
  };
}
