import { Pool } from 'undici';
import type { Access } from './access.ts';
import { LineSplitter } from './lines.ts';

/** Asks for the reply's metadata only, as the product's writes do. */
export const METADATA_ONLY = 'application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1';

export interface SendOptions {
  accept?: string;
  contentType?: string;
  /** Statuses above 299 that are no error to the caller. */
  tolerate?: readonly number[];
}

/**
 * Raw HTTP to one API server over a pool of its own, kept alive. Deliberately none of the product's code:
 * what is measured does not measure itself.
 */
export class ApiServer {
  readonly #pool: Pool;

  /** As many connections as there are requests under way, unless told. */
  constructor(access: Access, { connections = null }: { connections?: number | null } = {}) {
    this.#pool = new Pool(access.server, {
      connections,
      connect: { ca: access.ca, cert: access.cert, key: access.key },
      keepAliveTimeout: 60_000,
      bodyTimeout: 0,
    });
  }

  /** Sends one request; the reply's body as text. Throws on a status above 299 that is not tolerated. */
  async send(
    method: 'GET' | 'POST' | 'PUT' | 'PATCH',
    path: string,
    body?: string,
    options: SendOptions = {},
  ) {
    const reply = await this.#pool.request({
      method,
      path,
      headers: {
        accept: options.accept ?? 'application/json',
        'content-type': options.contentType ?? 'application/json',
      },
      ...(body === undefined ? {} : { body }),
    });
    const text = await reply.body.text();
    if (reply.statusCode > 299 && !options.tolerate?.includes(reply.statusCode)) {
      throw new Error(`${method} ${path} failed with ${reply.statusCode}: ${text.slice(0, 500)}`);
    }
    return text;
  }

  /** The version that a collection has come to: a watch from there misses nothing from now on. */
  async versionOf(collection: string): Promise<string> {
    const list = JSON.parse(await this.send('GET', `${collection}?limit=1`)) as {
      metadata: { resourceVersion: string };
    };
    return list.metadata.resourceVersion;
  }

  /**
   * Hands every line of a watch to `onLine`, with the monotonic time (ns) at which the chunk that completed
   * it arrived. `path` carries the query. Resolves when the server ends the stream, rejects when it breaks
   * or answers anything but 200; an abort rejects too.
   */
  async watch(path: string, signal: AbortSignal, onLine: (line: string, at: bigint) => void): Promise<void> {
    const reply = await this.#pool.request({ method: 'GET', path, signal });
    if (reply.statusCode !== 200) {
      throw new Error(
        `watch ${path} failed with ${reply.statusCode}: ${(await reply.body.text()).slice(0, 500)}`,
      );
    }
    const splitter = new LineSplitter();
    for await (const chunk of reply.body) {
      const at = process.hrtime.bigint();
      for (const line of splitter.push(chunk)) onLine(line, at);
    }
  }

  /**
   * Like watch, but goes on where a stream ended: a server closes the streams of those who do not keep up, and on a
   * busy machine that may be anybody. It begins at `resourceVersion`, or else with what is there. Never resolves;
   * rejects when a stream breaks or cannot be resumed.
   */
  async follow(
    path: string,
    signal: AbortSignal,
    onLine: (line: string, at: bigint) => void,
    resourceVersion?: string,
  ): Promise<never> {
    let last = '';
    for (;;) {
      const version = last === '' ? resourceVersion : resourceVersionIn(last);
      const from = version === undefined ? '' : `&resourceVersion=${version}`;
      await this.watch(path + from, signal, (line, at) => {
        if (line.startsWith('{"type":"ERROR"')) throw new Error(`watch ${path}: ${line.slice(0, 500)}`);
        last = line;
        onLine(line, at);
      });
    }
  }

  async close(): Promise<void> {
    await this.#pool.destroy();
  }
}

/** The first resourceVersion in a JSON text: the object's own, since metadata comes first. */
export function resourceVersionIn(text: string): string {
  const version = /"resourceVersion":"(\d+)"/.exec(text)?.[1];
  if (version === undefined) throw new Error(`no resourceVersion in ${text.slice(0, 200)}`);
  return version;
}
