import type { Addresses } from '../addresses.ts';
import type { AdminClient } from '../admin.ts';
import type { Program } from '../machine/program.ts';
import type { Workspace } from '../machine/workspace.ts';

/** Everything one kube-apiserver is started with; the same again when it is started again. */
export interface ApiServerPlace {
  name: string;
  /** Where it listens. */
  address: string;
  port: number;
  etcd: string;
  addresses: Addresses;
  files: ApiServerFiles;
  /** Where the audit log goes, and the policy that says what goes there. */
  audit?: { policy: string; log: string } | undefined;
  extraFlags: readonly string[];
}

export interface ApiServerFiles {
  servingCert: string;
  servingKey: string;
  clientCa: string;
  /** Signs and verifies service account tokens. */
  tokenKey: string;
  kubeletClientCert: string;
  kubeletClientKey: string;
}

/** One line per request at metadata level; a watch has a second one when it begins. */
export const AUDIT_POLICY = `apiVersion: audit.k8s.io/v1
kind: Policy
omitStages: [RequestReceived]
rules:
  - level: Metadata
`;

/** Starts kube-apiserver and waits until /readyz says ok and the system namespaces exist. */
export async function startApiServer(
  workspace: Workspace,
  binary: string,
  place: ApiServerPlace,
  admin: AdminClient,
): Promise<Program> {
  const program = await workspace.launch({
    name: `${place.name}/kube-apiserver`,
    command: binary,
    args: apiServerFlags(place),
  });
  await program.ready(() => admin.ready(), { timeoutMs: 120_000 });
  for (const namespace of ['default', 'kube-system']) {
    await program.ready(
      async () => (await admin.send('GET', `/api/v1/namespaces/${namespace}`)).status === 200,
    );
  }
  return program;
}

export function apiServerFlags(place: ApiServerPlace): string[] {
  const { files, addresses, audit } = place;
  const flags = [
    `--etcd-servers=${place.etcd}`,
    `--bind-address=${place.address}`,
    `--secure-port=${place.port}`,
    `--advertise-address=${addresses.apiServer}`,
    '--endpoint-reconciler-type=master-count',
    `--tls-cert-file=${files.servingCert}`,
    `--tls-private-key-file=${files.servingKey}`,
    `--client-ca-file=${files.clientCa}`,
    '--authorization-mode=Node,RBAC',
    '--enable-admission-plugins=NodeRestriction',
    '--service-account-issuer=https://kubernetes.default.svc',
    `--service-account-key-file=${files.tokenKey}`,
    `--service-account-signing-key-file=${files.tokenKey}`,
    `--service-cluster-ip-range=${addresses.services.join(',')}`,
    '--allow-privileged=true',
    `--kubelet-client-certificate=${files.kubeletClientCert}`,
    `--kubelet-client-key=${files.kubeletClientKey}`,
    `--kubelet-certificate-authority=${files.clientCa}`,
    // By name it would ask this machine's resolver for a node of ours.
    '--kubelet-preferred-address-types=InternalIP',
    '--profiling=false',
    // Open watches are ended at once; without it they hold a stopping server for a minute.
    '--shutdown-watch-termination-grace-period=2s',
  ];
  if (audit !== undefined) {
    flags.push(
      `--audit-policy-file=${audit.policy}`,
      `--audit-log-path=${audit.log}`,
      '--audit-log-maxsize=1000',
    );
  }
  return [...flags, ...place.extraFlags];
}
