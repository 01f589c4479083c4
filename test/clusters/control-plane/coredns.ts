import { ask } from '#test/resolver/resolve.ts';
import type { AdminClient } from '../admin.ts';
import type { Program } from '../machine/program.ts';
import type { Workspace } from '../machine/workspace.ts';

export interface CoreDnsPlace {
  name: string;
  kubeconfig: string;
  port: number;
  readyPort: number;
}

/** Who CoreDNS is, in its certificate and in the binding below. */
export const COREDNS_USER = 'test:coredns';
const ROLE = 'test-coredns';
const MCS_CRD =
  '/apis/apiextensions.k8s.io/v1/customresourcedefinitions/serviceimports.multicluster.x-k8s.io';

/**
 * Both zones over the stock `kubernetes` plugin. No cache plugin and a TTL of 0: an answer is what CoreDNS
 * knows now.
 */
export function corefile({ port, readyPort, kubeconfig }: CoreDnsPlace): string {
  return `cluster.local:${port} clusterset.local:${port} {
  bind 127.0.0.1
  errors
  ready 127.0.0.1:${readyPort}
  kubernetes cluster.local clusterset.local {
    kubeconfig ${kubeconfig}
    multicluster clusterset.local
    ttl 0
  }
}
`;
}

/**
 * Starts CoreDNS and waits until it has read everything and answers over UDP and TCP.
 *
 * @throws when the cluster has no ServiceImport CRD: CoreDNS would answer from nothing.
 */
export async function startCoreDns(
  workspace: Workspace,
  binary: string,
  place: CoreDnsPlace,
  admin: AdminClient,
): Promise<Program> {
  if ((await admin.send('GET', MCS_CRD)).status !== 200) {
    throw new Error(`CoreDNS for ${place.name}: install the MCS CRDs first (ClusterSpec.crds)`);
  }
  await grantReading(admin);
  const program = await workspace.launch({
    name: `${place.name}/coredns`,
    command: binary,
    args: ['-conf', workspace.write(`${place.name}.corefile`, corefile(place))],
  });
  await program.ready(async () => (await fetch(`http://127.0.0.1:${place.readyPort}/ready`)).ok);
  for (const protocol of ['udp', 'tcp'] as const) {
    await program.ready(async () => {
      const name = 'kubernetes.default.svc.cluster.local';
      return (
        (await ask({ server: '127.0.0.1', port: place.port, name, type: 'A', protocol })).answers.length > 0
      );
    });
  }
  return program;
}

/** What CoreDNS needs and no more. */
async function grantReading(admin: AdminClient): Promise<void> {
  const verbs = ['list', 'watch'];
  const rbac = '/apis/rbac.authorization.k8s.io/v1';
  await admin.apply(`${rbac}/clusterroles/${ROLE}`, {
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: 'ClusterRole',
    metadata: { name: ROLE },
    rules: [
      { apiGroups: [''], resources: ['services', 'namespaces'], verbs },
      { apiGroups: ['discovery.k8s.io'], resources: ['endpointslices'], verbs },
      { apiGroups: ['multicluster.x-k8s.io'], resources: ['serviceimports'], verbs },
    ],
  });
  await admin.apply(`${rbac}/clusterrolebindings/${ROLE}`, {
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: 'ClusterRoleBinding',
    metadata: { name: ROLE },
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: ROLE },
    subjects: [{ apiGroup: 'rbac.authorization.k8s.io', kind: 'User', name: COREDNS_USER }],
  });
}
