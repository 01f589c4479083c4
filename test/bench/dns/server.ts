import { join } from 'node:path';
import { buildModule } from '#test/clusters/build/go-build.ts';
import { MODULES } from '#test/clusters/build/modules.ts';
import { answers, coreDnsAccess, isSynced } from '#test/clusters/control-plane/coredns.ts';
import { corefile } from '#test/clusters/control-plane/corefile.ts';
import { kubeconfig } from '#test/clusters/kubeconfig.ts';
import type { Program } from '#test/clusters/machine/program.ts';
import type { Workspace } from '#test/clusters/machine/workspace.ts';
import { Progress } from '#test/clusters/progress.ts';
import type { Cluster } from '#test/clusters/provider.ts';

/** Only what takes long is told. */
const QUIET_MS = 15_000;
const BIND = '127.0.0.1';

/** A CoreDNS for both zones of a cluster. */
export interface DnsServer {
  program: Program;
  port: number;
}

/**
 * Starts CoreDNS with the stock kubernetes plugin for cluster.local and clusterset.local, without a cache, on one
 * processor: the other is left to whoever asks. Its workspace ends it.
 */
export async function startDnsServer(workspace: Workspace, cluster: Cluster): Promise<DnsServer> {
  const folder = await buildModule(MODULES.coredns, new Progress({ quietMs: QUIET_MS }));
  const access = await coreDnsAccess(cluster.name, cluster);
  const [port, readyPort] = [await workspace.port(), await workspace.port()];
  const config = workspace.write('bench-coredns.kubeconfig', kubeconfig({ [cluster.name]: access }));
  const text = corefile({ bind: BIND, port, readyPort, kubeconfig: config });
  const program = await workspace.launch({
    name: 'bench-coredns',
    command: join(folder, 'coredns'),
    args: ['-conf', workspace.write('bench-Corefile', text)],
    env: { GOMAXPROCS: '1' },
  });
  await program.ready(() => isSynced(readyPort));
  await program.ready(() => answers({ server: BIND, port }));
  return { program, port };
}
