import { setTimeout as sleep } from 'node:timers/promises';
import { endpointSlices, type IEndpointSlice } from '#apis/kubernetes/endpoint-slice.ts';
import { type ILease, leases } from '#apis/kubernetes/lease.ts';
import { KUBE_SERVICE_NAME_LABEL } from '#apis/labels.ts';
import { microTime } from '#src/runtime/micro-time.ts';
import { service } from '#test/driver/builders.ts';
import type { MemberCluster } from '#test/driver/cluster.ts';
import { editStatus } from '#test/driver/edit.ts';
import { eventually } from '#test/driver/eventually.ts';
import { node, pod } from '#test/driver/pods.ts';
import { pods } from '#test/driver/running-pods.ts';

const NODES = 10;
const CREATORS = 16;
const HEARTBEAT_MS = 10_000;
const LABELS = { app: 'web', 'pod-template-hash': '7d9c5b6f4d' };
const SLICES_WITHIN_MS = 300_000;

/** A Service with many pods, whose slices the stock controller writes; the pods and nodes are objects only. */
export class Workload {
  readonly #member: MemberCluster;
  readonly #namespace: string;
  readonly #name: string;
  readonly #endpoints: number;

  constructor(member: MemberCluster, namespace: string, name: string, endpoints: number) {
    this.#member = member;
    this.#namespace = namespace;
    this.#name = name;
    this.#endpoints = endpoints;
  }

  /** Creates all of it; resolves when every pod is a ready endpoint. */
  async create(): Promise<void> {
    for (let n = 0; n < NODES; n++) await node(this.#member, nodeName(n), `zone-${'abc'.charAt(n % 3)}`);
    await this.#member.service(service(this.#namespace, this.#name, { selector: { app: LABELS.app } }));
    let next = 0;
    const creator = async () => {
      for (let n = next++; n < this.#endpoints; n = next++) {
        await pod(this.#member, this.#namespace, this.#podName(n), {
          node: nodeName(n % NODES),
          address: `198.18.${n >> 8}.${n & 255}`,
          ready: true,
          labels: LABELS,
        });
      }
    };
    await Promise.all(Array.from({ length: CREATORS }, creator));
    await eventually(
      'every pod is a ready endpoint',
      async () => {
        const ready = (await this.slices())
          .flatMap(({ endpoints }) => endpoints ?? [])
          .filter(({ conditions }) => conditions?.ready);
        if (ready.length !== this.#endpoints) throw new Error(`${ready.length} of ${this.#endpoints} are`);
      },
      SLICES_WITHIN_MS,
      1_000,
    );
  }

  /** The slices as they are now. */
  async slices(): Promise<IEndpointSlice[]> {
    const labelSelector = `${KUBE_SERVICE_NAME_LABEL}=${this.#name}`;
    return (await this.#member.client.list(endpointSlices, { namespace: this.#namespace, labelSelector }))
      .items;
  }

  /** One pod is no longer ready. */
  async unready(n: number): Promise<void> {
    const key = { namespace: this.#namespace, name: this.#podName(n) };
    await editStatus(this.#member.client, pods, key, (present) => ({
      ...present,
      status: { ...present.status, conditions: [{ type: 'Ready', status: 'False' }] },
    }));
  }

  /** Says for the nodes that they are well, until the signal aborts: else their pods would be taken for lost. */
  async heartbeats(signal: AbortSignal): Promise<void> {
    const { client } = this.#member;
    const beat = async (held: ILease | undefined, n: number): Promise<ILease> => {
      const spec = {
        holderIdentity: nodeName(n),
        leaseDurationSeconds: 40,
        renewTime: microTime(Date.now()),
      };
      const metadata = held?.metadata ?? { namespace: 'kube-node-lease', name: nodeName(n) };
      const lease: ILease = { metadata, spec };
      return {
        ...lease,
        metadata: await (held === undefined ? client.create(leases, lease) : client.update(leases, lease)),
      };
    };
    let held: ILease[] = [];
    while (!signal.aborted) {
      held = await Promise.all(Array.from({ length: NODES }, (_, n) => beat(held[n], n)));
      await sleep(HEARTBEAT_MS, undefined, { signal }).catch(() => {});
    }
  }

  /** As a Deployment names them, all of one length. */
  #podName(n: number): string {
    return `${this.#name}-${LABELS['pod-template-hash']}-${n.toString(36).padStart(5, '0')}`;
  }
}

const nodeName = (n: number) => `node-${100 + n}`;
