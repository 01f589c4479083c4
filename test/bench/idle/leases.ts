import { setTimeout as sleep } from 'node:timers/promises';
import { memberNamespace } from '#apis/hub/member.ts';
import { type ILease, leases } from '#apis/kubernetes/lease.ts';
import { HUB_LEASE_NAME } from '#controllers/membership/lease-controller.ts';
import type { KubeClient } from '#src/kube/client.ts';
import { microTime } from '#src/runtime/micro-time.ts';

/** Renews the Leases of members whose agents are not there, each as its agent would: to the hub they are alive. */
export class RenewedLeases {
  readonly #hub: KubeClient;
  readonly #everyMs: number;
  readonly #stop = new AbortController();
  #renewing: Promise<unknown> = Promise.resolve();

  private constructor(hub: KubeClient, everyMs: number) {
    this.#hub = hub;
    this.#everyMs = everyMs;
  }

  /** Creates the Leases, spread over one interval; resolves when all are there. `ids` are members of the hub. */
  static async start(hub: KubeClient, ids: readonly string[], everyMs: number): Promise<RenewedLeases> {
    const renewed = new RenewedLeases(hub, everyMs);
    const held: ILease[] = [];
    for (const id of ids) {
      const lease = leaseOf(id);
      held.push({ ...lease, metadata: await hub.create(leases, lease) });
      await sleep(everyMs / ids.length);
    }
    renewed.#renewing = Promise.all(held.map((lease) => renewed.#renew(lease)));
    // Looked at in stop(); until then a failure must not end the process as an unhandled rejection.
    renewed.#renewing.catch(() => undefined);
    return renewed;
  }

  async #renew(lease: ILease): Promise<void> {
    let held = lease;
    let next = performance.now();
    while (!this.#stop.signal.aborted) {
      next += this.#everyMs;
      const spec = { ...held.spec, renewTime: microTime(Date.now()) };
      held = { ...held, spec, metadata: await this.#hub.update(leases, { ...held, spec }) };
      await sleep(Math.max(0, next - performance.now()), undefined, { signal: this.#stop.signal }).catch(
        () => {},
      );
    }
  }

  /** Rejects where a renewal has failed: its member was not what it seemed to be. */
  async stop(): Promise<void> {
    this.#stop.abort();
    await this.#renewing;
  }
}

function leaseOf(id: string): ILease {
  return {
    metadata: { name: HUB_LEASE_NAME, namespace: memberNamespace(id) },
    spec: { holderIdentity: `bench-${id}`, leaseDurationSeconds: 40, renewTime: microTime(Date.now()) },
  };
}
