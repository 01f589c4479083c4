import { namespaces } from '#apis/kubernetes/namespace.ts';
import { services } from '#apis/kubernetes/service.ts';
import type { MemberCluster } from '#test/driver/cluster.ts';
import { Client } from './driver/client.ts';
import type { Family } from './driver/families.ts';
import { Member, type MemberAccess } from './driver/member.ts';
import { createNamespace } from './driver/namespace.ts';
import { Network } from './driver/network.ts';
import { untilGone } from './driver/patience.ts';
import { serviceFor } from './driver/workload.ts';
import type { MeasuredMember, MeasuredSet } from './measured/set.ts';
import type { Operator, Stage } from './stage.ts';

const RUN_LABEL = 'tombolo.dev/conformance-run';
const SPEC_LABEL = 'tombolo.dev/conformance-spec';

/** All that the specs of one run share: a client in each member, and where their namespaces come from. */
export class Suite {
  readonly families: readonly Family[];
  readonly #set: MeasuredSet;
  readonly #run: string;
  readonly #access: readonly MemberAccess[];

  private constructor(set: MeasuredSet, run: string, access: readonly MemberAccess[]) {
    this.#set = set;
    this.#run = run;
    this.#access = access;
    const [first, ...others] = access.map(({ network }) => network.families);
    this.families = (first ?? []).filter((family) => others.every((families) => families.includes(family)));
  }

  /** Starts the clients. `run` is part of every namespace's name. */
  static async start(set: MeasuredSet, run: string): Promise<Suite> {
    const starts = await Promise.allSettled(set.members.map((member) => accessOf(member, set.image, run)));
    const access = starts.flatMap((start) => (start.status === 'fulfilled' ? [start.value] : []));
    const failed = starts.find((start) => start.status === 'rejected');
    if (failed !== undefined) {
      if (set.stays) await Promise.all(set.members.map(({ cluster }) => drop(cluster, ofRun(run))));
      throw failed.reason;
    }
    return new Suite(set, run, access);
  }

  /** Whether the suite runs the agents. */
  get hasOperator(): boolean {
    return this.#set.operator !== undefined;
  }

  /** A stage with a namespace of its own in every member. */
  async open(specId: string): Promise<Stage> {
    const namespace = `conformance-${this.#run}-${specId.replaceAll('.', '-')}`;
    const labels = { [RUN_LABEL]: this.#run, [SPEC_LABEL]: specId };
    const all = this.#access.map((access) => new Member({ ...access, namespaceLabels: labels }, namespace));
    await Promise.all(all.map((member) => member.createsNamespace()));
    const [east, west] = all;
    if (east === undefined || west === undefined) throw new Error('a set has two members at least');
    let markers = 0;
    return {
      east,
      west,
      all,
      namespace,
      families: this.families,
      everywhere: async (what) => void (await Promise.all(all.map(what))),
      settled: (...members) => settle(`marker-${++markers}`, members, all),
      operator: this.#set.operator ?? NO_OPERATOR,
    };
  }

  /** Lets go of all that a spec has made; it disappears meanwhile. */
  async close(specId: string): Promise<void> {
    const which = `${ofRun(this.#run)},${SPEC_LABEL}=${specId}`;
    await Promise.all(this.#access.map(({ cluster }) => drop(cluster, which)));
  }

  /** Ends everything; where the clusters stay, resolves when nothing of this run is left in them. */
  async end(): Promise<void> {
    if (!this.#set.stays) return;
    await Promise.all(
      this.#access.map(async ({ cluster }) => {
        await drop(cluster, ofRun(this.#run));
        await untilGone(`the namespaces of this run to be gone from ${cluster.id}`, async () => {
          const left = await namespacesOf(cluster, ofRun(this.#run));
          if (left.length > 0) throw new Error(`${left} are left`);
        });
      }),
    );
  }
}

function ofRun(run: string): string {
  return `${RUN_LABEL}=${run}`;
}

/** Deletes the namespaces with those labels; they end by and by. */
async function drop(cluster: MemberCluster, labelSelector: string): Promise<void> {
  const names = await namespacesOf(cluster, labelSelector);
  await Promise.all(names.map((name) => cluster.deletes(namespaces, undefined, name)));
}

async function namespacesOf({ client }: MemberCluster, labelSelector: string): Promise<string[]> {
  const { items } = await client.list(namespaces, { labelSelector });
  return items.map(({ metadata }) => metadata.name);
}

async function accessOf(
  { cluster, exec }: MeasuredMember,
  image: string,
  run: string,
): Promise<MemberAccess> {
  const namespace = `conformance-${run}`;
  const namespaceLabels = { [RUN_LABEL]: run };
  await createNamespace(cluster, namespace, namespaceLabels);
  const [client, families] = await Promise.all([
    Client.start(cluster, exec, namespace, image),
    familiesOf(cluster, namespace),
  ]);
  return { cluster, image, namespaceLabels, network: new Network(cluster.id, client, families) };
}

/** What a Service gets that takes whatever there is. */
async function familiesOf(cluster: MemberCluster, namespace: string): Promise<Family[]> {
  await cluster.service(serviceFor(namespace, 'families'));
  const { spec } = await cluster.client.get(services, { namespace, name: 'families' });
  return (spec?.ipFamilies ?? []).map((family) => (family === 'IPv6' ? 'IPv6' : 'IPv4'));
}

/** What was done before in those members has travelled when a marker that follows it is seen everywhere. */
async function settle(marker: string, exporters: readonly Member[], all: readonly Member[]): Promise<void> {
  for (const member of exporters) {
    await member.service(marker, { clusterIP: 'None' });
    await member.exports(marker);
  }
  const ids = exporters.map(({ id }) => id);
  await Promise.all(all.map((member) => member.sees.clustersOf(marker, ids)));
}

const refuse = (): Promise<never> =>
  Promise.reject(new Error('these clusters are not ours: the spec needs to say so'));
const NO_OPERATOR: Operator = {
  restartsAgent: refuse,
  losesAgent: refuse,
  findsAgent: refuse,
  removesMember: refuse,
};
