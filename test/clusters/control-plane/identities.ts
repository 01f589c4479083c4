import { isIPv6 } from 'node:net';
import type { Addresses } from '../addresses.ts';
import { type Access, kubeconfig } from '../kubeconfig.ts';
import type { Workspace } from '../machine/workspace.ts';
import { apiServiceAddresses } from '../node/service-addresses.ts';
import type { Identity } from '../provider.ts';
import type { ApiServerFiles } from './api-server.ts';
import { Authority, type KeyPair, signingKey } from './certs.ts';

/** Everybody who has a certificate in one cluster: its servers, its programs, its users. */
export class Identities {
  readonly server: string;
  readonly admin: Access;
  readonly files: ApiServerFiles;
  readonly #authority: Authority;
  readonly #workspace: Workspace;
  readonly #name: string;

  constructor(workspace: Workspace, name: string, address: string, port: number, addresses: Addresses) {
    this.#workspace = workspace;
    this.#name = name;
    this.#authority = new Authority(`${name} test cluster`);
    this.server = `https://${isIPv6(address) ? `[${address}]` : address}:${port}`;
    this.admin = this.access({ user: 'test:admin', groups: ['system:masters'] });
    const serving = this.#authority.issue({
      user: 'kube-apiserver',
      hosts: [
        '127.0.0.1',
        'localhost',
        addresses.apiServer,
        ...apiServiceAddresses(addresses.services),
        ...[
          'kubernetes',
          'kubernetes.default',
          'kubernetes.default.svc',
          'kubernetes.default.svc.cluster.local',
        ],
      ],
    });
    const toKubelets = this.#authority.issue({ user: 'test:kubelet-client', groups: ['system:masters'] });
    this.files = {
      servingCert: this.#write('apiserver.crt', serving.cert),
      servingKey: this.#write('apiserver.key', serving.key),
      clientCa: this.#write('ca.crt', this.ca),
      tokenKey: this.#write('tokens.key', signingKey().privateKey),
      kubeletClientCert: this.#write('kubelet-client.crt', toKubelets.cert),
      kubeletClientKey: this.#write('kubelet-client.key', toKubelets.key),
    };
  }

  /** PEM */
  get ca(): string {
    return this.#authority.cert;
  }

  /** A certificate to serve under, for one of the cluster's programs. */
  serving(user: string, hosts: readonly string[]): KeyPair {
    return this.#authority.issue({ user, hosts });
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
