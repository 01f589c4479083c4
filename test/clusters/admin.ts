import { Agent, type RequestOptions, request } from 'node:https';
import type { Access } from './kubeconfig.ts';

/** An answer of an API server, its body parsed where it is JSON. */
export interface Answer {
  status: number;
  body: unknown;
}

/** The server refused: `status` and its own message. */
export class AdminError extends Error {
  readonly status: number;
  constructor(what: string, answer: Answer) {
    super(`${what}: ${answer.status} ${messageOf(answer.body)}`);
    this.name = 'AdminError';
    this.status = answer.status;
  }
}

const TIMEOUT_MS = 30_000;
const APPLY = 'application/apply-patch+yaml';

/** What setting up clusters needs of their API: plain requests with the admin's certificate or token. */
export class AdminClient {
  readonly #base: RequestOptions;
  readonly #agent: Agent;

  constructor({ server, ca, credentials }: Access) {
    const url = new URL(server);
    const tls = 'token' in credentials ? {} : { cert: credentials.cert, key: credentials.key };
    this.#agent = new Agent({ keepAlive: true, ...tls, ...(ca === undefined ? {} : { ca }) });
    this.#base = {
      host: url.hostname.replace(/^\[|\]$/g, ''),
      port: url.port,
      agent: this.#agent,
      headers: 'token' in credentials ? { authorization: `Bearer ${credentials.token}` } : {},
    };
  }

  /** Sends one request; a status of 400 and above is an answer like others. */
  send(method: string, path: string, body?: unknown, type = 'application/json'): Promise<Answer> {
    return new Promise((resolve, reject) => {
      const outgoing = request(
        {
          ...this.#base,
          method,
          path,
          timeout: TIMEOUT_MS,
          headers: { ...this.#base.headers, 'content-type': type, accept: 'application/json' },
        },
        (incoming) => {
          const chunks: Buffer[] = [];
          incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
          incoming.once('error', reject);
          incoming.once('end', () =>
            resolve({
              status: incoming.statusCode ?? 0,
              body: parse(Buffer.concat(chunks).toString('utf8')),
            }),
          );
        },
      );
      outgoing.once('timeout', () => outgoing.destroy(new Error(`no answer in ${TIMEOUT_MS} ms`)));
      outgoing.once('error', (error) =>
        reject(new Error(`${method} ${path}: ${error.message}`, { cause: error })),
      );
      outgoing.end(body === undefined ? undefined : JSON.stringify(body));
    });
  }

  /** Like send(), but a status of 400 and above is thrown as an AdminError. */
  async call(method: string, path: string, body?: unknown, type?: string): Promise<unknown> {
    const answer = await this.send(method, path, body, type);
    if (answer.status >= 400) throw new AdminError(`${method} ${path}`, answer);
    return answer.body;
  }

  get(path: string): Promise<unknown> {
    return this.call('GET', path);
  }

  /** Server-side apply at the object's own path; takes fields over from whoever holds them. */
  apply(path: string, object: unknown): Promise<unknown> {
    return this.call('PATCH', `${path}?fieldManager=test-clusters&force=true`, object, APPLY);
  }

  /** Whether the server says that it is ready. False also while it cannot be reached. */
  async ready(): Promise<boolean> {
    try {
      return (await this.send('GET', '/readyz')).status === 200;
    } catch {
      return false;
    }
  }

  close(): void {
    this.#agent.destroy();
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

function messageOf(body: unknown): string {
  if (typeof body === 'object' && body !== null && 'message' in body) return String(body.message);
  return typeof body === 'string' ? body.slice(0, 300) : '';
}
