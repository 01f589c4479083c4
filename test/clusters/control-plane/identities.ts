import type { Addresses } from '../addresses.ts';
import { type Access, kubeconfig } from '../kubeconfig.ts';
import type { Workspace } from '../machine/workspace.ts';
import type { Identity } from '../provider.ts';
import type { ApiServerFiles } from './api-server.ts';
import { Authority, signingKey } from './certs.ts';

/** Everybody who has a certificate in one cluster: its servers, its programs, its users. */
export class Identities {
  readonly server: string;
  readonly admin: Access;
  readonly files: ApiServerFiles;
  readonly #authority: Authority;
  readonly #workspace: Workspace;
  readonly #name: string;

  constructor(workspace: Workspace, name: string, port: number, addresses: Addresses) {
    this.#workspace = workspace;
    this.#name = name;
    this.#authority = new Authority(`${name} test cluster`);
    this.server = `https://127.0.0.1:${port}`;
    this.admin = this.access({ user: 'test:admin', groups: ['system:masters'] });
    const serving = this.#authority.issue({
      user: 'kube-apiserver',
      hosts: ['127.0.0.1', 'localhost', addresses.apiServer, 'kubernetes.default.svc'],
    });
    this.files = {
      servingCert: this.#write('apiserver.crt', serving.cert),
      servingKey: this.#write('apiserver.key', serving.key),
      clientCa: this.#write('ca.crt', this.ca),
      tokenKey: this.#write('tokens.key', signingKey().privateKey),
    };
  }

  /** PEM */
  get ca(): string {
    return this.#authority.cert;
  }

  /** A way in for any user. */
  access(identity: Identity): Access {
    return { server: this.server, ca: this.ca, credentials: this.#authority.issue(identity) };
  }

  /** A kubeconfig for any user, as text. */
  kubeconfig(identity: Identity): string {
    return kubeconfig({ [this.#name]: this.access(identity) });
  }

  /** A kubeconfig for one of the cluster's own programs, as a file. */
  kubeconfigFile(program: string, identity: Identity): string {
    return this.#write(`${program}.kubeconfig`, this.kubeconfig(identity));
  }

  #write(file: string, text: string): string {
    return this.#workspace.write(`${this.#name}-${file}`, text);
  }
}
