import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import type { RequestOptions } from 'node:https';
import { type ConnectionOptions, createSecureContext } from 'node:tls';
import type { Clock, Milliseconds } from '#src/runtime/clock.ts';
import {
  KubeconfigError,
  type KubeconfigSource,
  type LoadedKubeconfig,
  loadKubeconfig,
} from './kubeconfig.ts';

/** How long files and plugins are believed before they are asked again; a rotation is seen at most this late. */
const BELIEVED_FOR: Milliseconds = 1_000;

/** How a server proves itself, and how we do where it is by certificate. */
export type TlsMaterial = Pick<
  ConnectionOptions,
  'ca' | 'cert' | 'key' | 'pfx' | 'passphrase' | 'rejectUnauthorized' | 'servername'
>;

/** Everything that one request needs to reach and convince the API server. */
export interface ConnectionMaterial {
  /** Base URL, without a slash at the end. */
  readonly server: string;
  /** Authorization and impersonation. Never logged, never in an error. */
  readonly headers: Readonly<Record<string, string>>;
  readonly tls: TlsMaterial;
  /** `proxy-url` of the kubeconfig. */
  readonly proxy: string | undefined;
  /** Equal where server, TLS and proxy are: connections made under another one are of no use any more. */
  readonly fingerprint: string;
  /** How messages name where this comes from. */
  readonly title: string;
}

/**
 * The credentials of one cluster, fresh: files that a kubeconfig points to, the kubeconfig file itself, token
 * files and exec plugins are looked at again while requests are made. One KubeConfig per cluster, since
 * client-node's plugins keep tokens by user name only.
 */
export class Credentials {
  readonly #source: KubeconfigSource;
  readonly #context: string | undefined;
  readonly #clock: Clock;
  #loaded: LoadedKubeconfig;
  #material: ConnectionMaterial | undefined;
  #readAt: Milliseconds = 0;
  #reading: Promise<ConnectionMaterial> | undefined;
  #renewing: Promise<ConnectionMaterial> | undefined;
  #problem: string | undefined;

  /** Throws a KubeconfigError where the kubeconfig cannot be used. */
  constructor(source: KubeconfigSource, context: string | undefined, clock: Clock) {
    this.#source = source;
    this.#context = context;
    this.#clock = clock;
    this.#loaded = loadKubeconfig(source, context);
  }

  /** What to present now. Rejects with a KubeconfigError where a file or plugin gives nothing and never did. */
  current(): Promise<ConnectionMaterial> {
    const age = this.#clock.monotonic() - this.#readAt;
    if (this.#material !== undefined && age < BELIEVED_FOR) return Promise.resolve(this.#material);
    return this.#read();
  }

  /**
   * What to present after `refused` was answered with 401: everything is read anew, the tokens that plugins
   * keep included, unless another request has already got others.
   */
  renew(refused: ConnectionMaterial): Promise<ConnectionMaterial> {
    if (this.#material !== undefined && this.#material !== refused) return Promise.resolve(this.#material);
    this.#renewing ??= this.#renewNow().finally(() => {
      this.#renewing = undefined;
    });
    return this.#renewing;
  }

  /** Where what is presented comes from, and why it may be out of date, for the message of a 401. */
  get state(): string {
    return this.#problem ?? this.#loaded.title;
  }

  async #renewNow(): Promise<ConnectionMaterial> {
    // A read that is under way may still be handing out what a plugin kept.
    await this.#reading;
    this.#loaded = this.#reloaded() ?? this.#loaded;
    return this.#read();
  }

  #read(): Promise<ConnectionMaterial> {
    this.#reading ??= this.#readNow().finally(() => {
      this.#reading = undefined;
    });
    return this.#reading;
  }

  async #readNow(): Promise<ConnectionMaterial> {
    const reloaded = 'path' in this.#source ? this.#reloaded(this.#loaded) : undefined;
    // Kept where the file says the same: a new KubeConfig forgets the tokens that plugins gave.
    if (reloaded !== undefined && reloaded !== this.#loaded && !says(reloaded, this.#loaded)) {
      this.#loaded = reloaded;
    }
    try {
      this.#material = await materialOf(this.#loaded, this.#material);
      this.#problem = undefined;
    } catch (error) {
      this.#problem = `${this.#loaded.title}: the credentials cannot be read: ${textOf(error)}`;
      // A rotation caught between its files: what worked a moment ago is the better guess.
      if (this.#material === undefined) throw new KubeconfigError(this.#problem, { cause: error });
    }
    this.#readAt = this.#clock.monotonic();
    return this.#material;
  }

  /** The kubeconfig as it is now; undefined while it cannot be used, half written for instance. */
  #reloaded(last?: LoadedKubeconfig): LoadedKubeconfig | undefined {
    try {
      return loadKubeconfig(this.#source, this.#context, last);
    } catch {
      return undefined;
    }
  }
}

function says(a: LoadedKubeconfig, b: LoadedKubeconfig): boolean {
  return a.tokenFile === b.tokenFile && a.config.exportConfig() === b.config.exportConfig();
}

async function materialOf(
  { config, server, tokenFile, title }: LoadedKubeconfig,
  last: ConnectionMaterial | undefined,
): Promise<ConnectionMaterial> {
  const options: RequestOptions = {};
  await config.applyToHTTPSOptions(options);
  const headers = headersOf(options);
  if (tokenFile !== undefined)
    headers['authorization'] = `Bearer ${(await readFile(tokenFile, 'utf8')).trim()}`;
  const tls = tlsOf(options);
  const proxy = config.getCurrentCluster()?.proxyUrl;
  const fingerprint = createHash('sha256')
    .update(JSON.stringify([server, tls, proxy]))
    .digest('base64');
  if (last?.fingerprint === fingerprint && sameHeaders(last.headers, headers)) return last;
  // Throws for what is no PEM, and for a key that does not belong to its certificate.
  createSecureContext(tls);
  return { server, headers, tls, proxy, fingerprint, title };
}

/** Node reads a member that is present and undefined as a choice: only those that are set are carried over. */
function tlsOf(options: RequestOptions): TlsMaterial {
  const { ca, cert, key, pfx, passphrase, rejectUnauthorized, servername } = options;
  return {
    ...(ca === undefined ? {} : { ca }),
    ...(cert === undefined ? {} : { cert }),
    ...(key === undefined ? {} : { key }),
    ...(pfx === undefined ? {} : { pfx }),
    ...(passphrase === undefined ? {} : { passphrase }),
    ...(rejectUnauthorized === undefined ? {} : { rejectUnauthorized }),
    ...(servername === undefined ? {} : { servername }),
  };
}

function headersOf(options: RequestOptions): Record<string, string> {
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(options.headers ?? {})) {
    if (value !== undefined) headers[name.toLowerCase()] = String(value);
  }
  if (typeof options.auth === 'string') {
    headers['authorization'] = `Basic ${Buffer.from(options.auth).toString('base64')}`;
  }
  return headers;
}

function sameHeaders(a: Readonly<Record<string, string>>, b: Readonly<Record<string, string>>): boolean {
  const names = Object.keys(a);
  return names.length === Object.keys(b).length && names.every((name) => a[name] === b[name]);
}

function textOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
