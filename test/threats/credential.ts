import { readFileSync } from 'node:fs';
import { memberNamespace } from '#apis/hub/member.ts';
import { apiVersionOf, type KubeObject, type Resource } from '#apis/meta.ts';
import { collectionPath, objectPath } from '#src/kube/paths.ts';
import { AdminClient, type Answer } from '#test/clusters/admin.ts';
import type { Access } from '#test/clusters/kubeconfig.ts';
import { readKubeconfigText } from '#test/clusters/read-kubeconfig.ts';

/** Whoever has got hold of somebody's kubeconfig, and writes to the wire with it whatever he likes. */
export class StolenCredential {
  readonly client: AdminClient;
  readonly access: Access;

  private constructor(access: Access) {
    this.access = access;
    this.client = new AdminClient(access);
  }

  static async in(text: string): Promise<StolenCredential> {
    return new StolenCredential((await readKubeconfigText(text, 'stolen')).access);
  }

  static async inFile(path: string): Promise<StolenCredential> {
    return StolenCredential.in(readFileSync(path, 'utf8'));
  }

  /** Creates an object of a hub kind in a member's namespace; nothing of it is checked here. */
  creates(resource: Resource<KubeObject>, owner: string, name: string, parts: object): Promise<Answer> {
    const namespace = memberNamespace(owner);
    const object = Object(parts);
    return this.client.send('POST', collectionPath(resource, namespace), {
      apiVersion: apiVersionOf(resource),
      kind: resource.kind,
      ...object,
      metadata: { namespace, name, ...object.metadata },
    });
  }

  /** Writes over an object of a hub kind what `change` makes of it. */
  async changes(
    resource: Resource<KubeObject>,
    owner: string,
    name: string,
    change: (present: Record<string, unknown>) => object,
  ): Promise<Answer> {
    const path = objectPath(resource, { namespace: memberNamespace(owner), name });
    return this.client.send('PUT', path, change(Object(await this.client.get(path))));
  }

  deletes(resource: Resource<KubeObject>, owner: string, name: string): Promise<Answer> {
    return this.client.send('DELETE', objectPath(resource, { namespace: memberNamespace(owner), name }));
  }

  close(): void {
    this.client.close();
  }
}

/** What an API server says: the status, and the message where it refuses. */
export function said({ status, body }: Answer): string {
  return status < 300 ? String(status) : `${status} ${Object(body).message}`;
}
