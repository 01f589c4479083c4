import { setTimeout as pause } from 'node:timers/promises';
import type { Cluster, DnsAddress } from '#test/clusters/provider.ts';
import { eventually } from '#test/driver/eventually.ts';
import { ask } from '#test/resolver/resolve.ts';

const PERIOD_MS = 100;
/** A late answer is none that failed. */
const PATIENCE_MS = 20_000;

/** What a client has seen of its name. */
export interface Seen {
  questions: number;
  /** What it got instead of an address, in order. */
  unanswered: string[];
}

/** A client in a cluster that looks one name up, over and over: what an outage is to users. */
export class NameClient {
  readonly #seen: Seen = { questions: 0, unanswered: [] };
  readonly #running: Promise<void>;
  #stopped = false;

  private constructor(dns: DnsAddress, name: string) {
    this.#running = this.#run(dns, name);
  }

  /** Once it has got an address for the first time. The cluster has a DNS. */
  static async start({ dns }: Pick<Cluster, 'dns'>, name: string): Promise<NameClient> {
    await eventually(`an address for ${name}`, async () => {
      const missing = await whyNone(dns, name);
      if (missing !== undefined) throw new Error(missing);
    });
    return new NameClient(dns, name);
  }

  /** Idempotent. */
  async stop(): Promise<Seen> {
    this.#stopped = true;
    await this.#running;
    return this.#seen;
  }

  async #run(dns: DnsAddress, name: string): Promise<void> {
    while (!this.#stopped) {
      const missing = await whyNone(dns, name);
      this.#seen.questions++;
      if (missing !== undefined) this.#seen.unanswered.push(`${name}: ${missing}`);
      await pause(PERIOD_MS);
    }
  }
}

/** Undefined: there is an address. */
async function whyNone(dns: DnsAddress, name: string): Promise<string | undefined> {
  try {
    const { rcode, answers } = await ask({
      ...dns,
      name,
      type: 'A',
      protocol: 'tcp',
      timeoutMs: PATIENCE_MS,
    });
    return rcode === 'NOERROR' && answers.length > 0 ? undefined : `${rcode}, ${answers.length} addresses`;
  } catch (error) {
    return String(error);
  }
}
