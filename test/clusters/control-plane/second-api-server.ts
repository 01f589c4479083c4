import { AdminClient } from '../admin.ts';
import type { Access } from '../kubeconfig.ts';
import type { Program } from '../machine/program.ts';
import type { Workspace } from '../machine/workspace.ts';
import type { SecondApiServer } from '../provider.ts';
import { type ApiServerPlace, startApiServer } from './api-server.ts';

/** What the first API server of the cluster is, and where the second one finds the database. */
export interface SecondSetup {
  binary: string;
  first: ApiServerPlace;
  admin: Access;
  etcd: string;
}

/** One more kube-apiserver of the same cluster: same certificates, same audit log, another port. */
export async function startSecondApiServer(
  workspace: Workspace,
  { binary, first, admin, etcd }: SecondSetup,
): Promise<SecondApiServer> {
  const port = await workspace.port();
  const place: ApiServerPlace = {
    ...first,
    name: `${first.name}-second`,
    port,
    etcd,
    // The Service `kubernetes` is the first one's.
    extraFlags: [...first.extraFlags, '--endpoint-reconciler-type=none'],
  };
  const there = (url: string) => url.replace(`:${first.port}`, `:${port}`);
  const client = new AdminClient({ ...admin, server: there(admin.server) });
  const program: Program = await startApiServer(workspace, binary, place, client);
  return {
    admin: client,
    at: there,
    async stop() {
      client.close();
      await program.kill();
    },
  };
}
