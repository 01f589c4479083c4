import type { Cluster } from '#test/clusters/provider.ts';

const SECONDS = /^process_cpu_seconds_total (\S+)$/m;

/** A span over which the processor time of an API server is counted, as the server itself says. */
export class ServerTime {
  readonly #cluster: Pick<Cluster, 'admin' | 'name'>;
  readonly #began: number;
  /** What asking costs: it is no part of what is counted. */
  readonly #asking: number;

  private constructor(cluster: Pick<Cluster, 'admin' | 'name'>, began: number, asking: number) {
    this.#cluster = cluster;
    this.#began = began;
    this.#asking = asking;
  }

  static async begin(cluster: Pick<Cluster, 'admin' | 'name'>): Promise<ServerTime> {
    const before = await usedMs(cluster);
    const began = await usedMs(cluster);
    return new ServerTime(cluster, began, began - before);
  }

  /** Milliseconds of one processor since the beginning. */
  async end(): Promise<number> {
    return (await usedMs(this.#cluster)) - this.#began - this.#asking;
  }
}

async function usedMs({ admin, name }: Pick<Cluster, 'admin' | 'name'>): Promise<number> {
  const { body } = await admin.send('GET', '/metrics');
  const seconds = SECONDS.exec(String(body))?.[1];
  if (seconds === undefined) throw new Error(`the API server of ${name} does not say what it has used`);
  return 1_000 * Number(seconds);
}
