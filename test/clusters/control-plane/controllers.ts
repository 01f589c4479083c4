import type { AdminClient } from '../admin.ts';
import type { Program } from '../machine/program.ts';
import type { Workspace } from '../machine/workspace.ts';

export interface ControllerManagerPlace {
  name: string;
  kubeconfig: string;
  clientCa: string;
  tokenKey: string;
}

/** Starts kube-controller-manager with the controllers it has by default; ready when it has acted. */
export async function startControllerManager(
  workspace: Workspace,
  binary: string,
  place: ControllerManagerPlace,
  admin: AdminClient,
): Promise<Program> {
  const program = await workspace.launch({
    name: `${place.name}/kube-controller-manager`,
    command: binary,
    args: [
      `--kubeconfig=${place.kubeconfig}`,
      `--service-account-private-key-file=${place.tokenKey}`,
      `--root-ca-file=${place.clientCa}`,
      '--use-service-account-credentials=true',
      '--leader-elect=false',
      '--allocate-node-cidrs=false',
      // At the default of 20 a second its start alone takes 5 s.
      '--kube-api-qps=500',
      '--kube-api-burst=1000',
      // Serves nothing: no port to pick.
      '--secure-port=0',
    ],
  });
  await program.ready(
    async () =>
      (await admin.send('GET', '/api/v1/namespaces/default/serviceaccounts/default')).status === 200,
  );
  return program;
}

/** Starts kube-scheduler. It has no state of its own: a pod that gets a node shows that it works. */
export function startScheduler(
  workspace: Workspace,
  binary: string,
  place: { name: string; kubeconfig: string },
): Promise<Program> {
  return workspace.launch({
    name: `${place.name}/kube-scheduler`,
    command: binary,
    args: [`--kubeconfig=${place.kubeconfig}`, '--leader-elect=false', '--secure-port=0'],
  });
}
