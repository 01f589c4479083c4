import type { LinkConfig, LinkOrder, LinkReady } from './link-side.ts';
import { Program } from './program.ts';

export interface LinkOptions {
  /** `https://127.0.0.1:port` */
  server: string;
  onFailure(error: Error): void;
}

/** A way to an API server that takes as long as told, in a process of its own. */
export class Link {
  readonly #program: Program<LinkOrder, LinkReady>;
  readonly #server: string;
  /** Where it begins, as `server` is written in kubeconfigs. */
  readonly url: string;

  private constructor(program: Program<LinkOrder, LinkReady>, server: string, port: number) {
    this.#program = program;
    this.#server = server;
    this.url = `https://127.0.0.1:${port}`;
  }

  static async open({ server, onFailure }: LinkOptions): Promise<Link> {
    const { promise, resolve, reject } = Promise.withResolvers<number>();
    const config: LinkConfig = { to: Number(new URL(server).port), delayMs: 0 };
    const program = new Program<LinkOrder, LinkReady>(
      'link',
      new URL('./link-side.ts', import.meta.url),
      config,
      ({ port }) => resolve(port),
      (error) => {
        reject(error);
        onFailure(error);
      },
    );
    return new Link(program, server, await promise);
  }

  /** A kubeconfig of the server that leads through the link. */
  through(kubeconfig: string): string {
    return kubeconfig.replaceAll(this.#server, this.url);
  }

  /** How long a byte takes there and back from now on; nothing is on the way meanwhile. At first it takes no time. */
  rtt(ms: number): void {
    this.#program.send({ type: 'delay', ms: ms / 2 });
  }

  /** Breaks every connection. */
  cut(): void {
    this.#program.send({ type: 'cut' });
  }

  async close(): Promise<void> {
    await this.#program.stop();
  }
}
