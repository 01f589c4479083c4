import { randomBytes } from 'node:crypto';
import { Agent, type Dispatcher } from 'undici';
import { Credentials } from '#src/kube/credentials.ts';
import { systemClock } from '#src/runtime/system-clock.ts';
import { kubeconfig } from '#test/clusters/kubeconfig.ts';

/** How the proxy speaks to the real server for one identity. */
export interface Upstream {
  identity: string;
  dispatcher: Dispatcher;
  origin: string;
  headers: Readonly<Record<string, string>>;
}

/**
 * Identities behind the proxy. TLS ends here, so a client's certificate cannot travel on: each identity gets a
 * bearer token that means something to the proxy only, and the proxy presents the real credentials, certificate
 * or token. RBAC and audit logs see who it really is.
 */
export class Identities {
  readonly #byToken = new Map<string, Upstream>();

  #strangers: Omit<Upstream, 'identity' | 'headers'> | undefined;

  /** From now on tokens that are not known here are presented to this server as they are. */
  async passOn(realKubeconfig: string): Promise<void> {
    const token = await this.add('strangers', realKubeconfig, undefined);
    const { dispatcher, origin } = this.of(token) ?? {};
    if (dispatcher !== undefined && origin !== undefined) this.#strangers = { dispatcher, origin };
  }

  /** Registers the credentials of a kubeconfig of the real server, and returns the token that stands for them. */
  async add(identity: string, realKubeconfig: string, context: string | undefined): Promise<string> {
    const credentials = new Credentials({ text: realKubeconfig }, context, systemClock());
    const { server, headers, tls } = await credentials.current();
    const dispatcher = new Agent({
      connect: tls,
      allowH2: false,
      headersTimeout: 0,
      bodyTimeout: 0,
      keepAliveTimeout: 60_000,
    });
    const token = `${identity}-${randomBytes(12).toString('hex')}`;
    this.#byToken.set(token, { identity, dispatcher, origin: server, headers });
    return token;
  }

  /** Whose token it is; undefined for one that was never given out, or was revoked. */
  of(authorization: string | undefined): Upstream | undefined {
    const known = this.#byToken.get(authorization?.replace(/^Bearer /, '') ?? '');
    if (known !== undefined || this.#strangers === undefined) return known;
    const headers = authorization === undefined ? {} : { authorization };
    return { ...this.#strangers, identity: 'stranger', headers };
  }

  revoke(token: string): void {
    this.#byToken.delete(token);
  }

  async close(): Promise<void> {
    await Promise.all([...this.#byToken.values()].map(({ dispatcher }) => dispatcher.destroy()));
  }
}

/** A kubeconfig that leads through the proxy with this token. */
export function kubeconfigThrough(url: string, ca: string, name: string, token: string): string {
  return kubeconfig({ [name]: { server: url, ca, credentials: { token } } });
}
