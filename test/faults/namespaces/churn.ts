import { setTimeout as pause } from 'node:timers/promises';
import { endpoint, slice } from '#test/driver/builders.ts';
import type { MemberCluster } from '#test/driver/cluster.ts';
import { eventually } from '#test/driver/eventually.ts';

/** 50 changes a second at most: less where writing one takes longer than that. */
const PERIOD_MS = 20;

/** Endpoints of some exports that change without pause, one export after the other. */
export class Churn {
  readonly #running: Promise<void>;
  readonly #last = new Map<string, string>();
  #changes = 0;
  #stopped = false;

  private constructor(member: MemberCluster, namespace: string, names: readonly string[]) {
    this.#running = this.#run(member, namespace, names);
    // Looked at in stop(); until then a failure must not end the test run as an unhandled rejection.
    this.#running.catch(() => undefined);
  }

  /** Of exports with one slice each, as exportsPlain() makes them. */
  static start(member: MemberCluster, namespace: string, names: readonly string[]): Churn {
    return new Churn(member, namespace, names);
  }

  /** How many have been made so far. */
  get changes(): number {
    return this.#changes;
  }

  /** The address that the export has after its last change. */
  addressOf(name: string): string {
    return this.#last.get(name) ?? '';
  }

  async reached(changes: number): Promise<void> {
    await eventually(`${changes} changes`, async () => {
      if (this.#changes < changes) throw new Error(`${this.#changes} so far`);
    });
  }

  /** Resolves when the last change is written; rejects with what a write failed with. */
  async stop(): Promise<void> {
    this.#stopped = true;
    await this.#running;
  }

  async #run(member: MemberCluster, namespace: string, names: readonly string[]): Promise<void> {
    for (let n = 0; !this.#stopped; n++) {
      const due = performance.now() + PERIOD_MS;
      const name = names[n % names.length] ?? '';
      const address = `198.18.${1 + ((n >> 8) % 100)}.${n & 255}`;
      await member.slice(slice(namespace, name, 'a', [endpoint(address)]));
      this.#last.set(name, address);
      this.#changes++;
      await pause(Math.max(0, due - performance.now()));
    }
  }
}
