import { copyFileSync, mkdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { z } from 'zod';
import type { KubeObject, Resource } from '#apis/meta.ts';
import { buildModule } from '#test/clusters/build/go-build.ts';
import { MODULES } from '#test/clusters/build/modules.ts';
import { imageArchive } from '#test/clusters/node/image-archive.ts';
import { Progress } from '#test/clusters/progress.ts';
import type { Cluster } from '#test/clusters/provider.ts';
import { applyFile } from '#test/driver/apply-file.ts';
import { eventually } from '#test/driver/eventually.ts';
import { awaitPod, pods } from '#test/driver/running-pods.ts';
import type { TestSet } from '#test/driver/set.ts';

export const NS = 'quorum';
const EXAMPLE = 'examples/etcd/etcd.yaml';
const POD = 'etcd-0';
const CLIENT_PORT = 2379;
/** An election takes a second or two, a member that dials an old address a few more. */
const PATIENCE_MS = 60_000;

const configMaps: Resource<KubeObject & { data: Record<string, string> }> = {
  group: '',
  version: 'v1',
  plural: 'configmaps',
  kind: 'ConfigMap',
  namespaced: true,
};
const volumes: Resource<KubeObject & { spec: object }> = {
  group: '',
  version: 'v1',
  plural: 'persistentvolumes',
  kind: 'PersistentVolume',
  namespaced: false,
};
const Found = z.object({ kvs: z.array(z.object({ value: z.base64() })).optional() });
const Members = z.object({ members: z.array(z.object({ name: z.string() })) });

/** The etcd of examples/etcd, one member in each cluster of a set. */
export class Store {
  readonly #set: TestSet;

  private constructor(set: TestSet) {
    this.#set = set;
  }

  /** Does in every cluster what the example's page says. */
  static async install(set: TestSet): Promise<Store> {
    const image = await etcdImage();
    await Promise.all(
      set.members.map(async (member) => {
        const cluster = set.cluster(member.id);
        await cluster.node.loadImage(image);
        await member.namespace(NS);
        await volume(set, cluster);
        await member.has(configMaps, {
          metadata: { namespace: NS, name: 'site' },
          data: { cluster: member.id },
        });
        await applyFile(cluster, EXAMPLE);
      }),
    );
    return new Store(set);
  }

  /** Waits until the member of a cluster has a leader; resolves with its address. */
  async awaitReady(id: string): Promise<string> {
    return awaitPod(this.#set.member(id), NS, POD, PATIENCE_MS);
  }

  /** Deletes the pod of a cluster; resolves with its address of before when it is gone. */
  async replace(id: string): Promise<string> {
    const member = this.#set.member(id);
    const { metadata, status } = await member.client.get(pods, { namespace: NS, name: POD });
    await member.deletes(pods, NS, POD);
    await eventually(`${POD} of ${id} is another pod`, async () => {
      const now = await member.client.get(pods, { namespace: NS, name: POD });
      if (now.metadata.uid === metadata.uid) throw new Error('it is still there');
    });
    return status?.podIP ?? '';
  }

  /** Writes a key through the member of a cluster; resolves once the quorum has it. */
  async writes(id: string, key: string, value: string): Promise<void> {
    await this.#asked(id, 'put', { key: base64(key), value: base64(value) });
  }

  /** Reads a key through the member of a cluster, as the quorum has it. */
  async reads(id: string, key: string): Promise<string | undefined> {
    const { kvs } = Found.parse(await this.#asked(id, 'range', { key: base64(key) }));
    return kvs?.[0] === undefined ? undefined : Buffer.from(kvs[0].value, 'base64').toString();
  }

  /** Names of all members, sorted, as the one of a cluster knows them. */
  async members(id: string): Promise<string[]> {
    const { members } = Members.parse(await this.#post(id, 'cluster/member/list', {}));
    return members.map(({ name }) => name).sort();
  }

  /** A request that meets an election is refused, and right to be asked again. */
  async #asked(id: string, verb: 'put' | 'range', body: object): Promise<unknown> {
    return eventually(`${verb} through ${id}`, () => this.#post(id, `kv/${verb}`, body), PATIENCE_MS);
  }

  async #post(id: string, path: string, body: object): Promise<unknown> {
    const { status } = await this.#set.member(id).client.get(pods, { namespace: NS, name: POD });
    const answer = await fetch(`http://${status?.podIP}:${CLIENT_PORT}/v3/${path}`, {
      method: 'POST',
      body: JSON.stringify(body),
      signal: AbortSignal.timeout(5_000),
    });
    if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
    return answer.json();
  }
}

/** What a storage class would give: a volume of its own for the pod's claim, on the one node. */
async function volume(set: TestSet, { name }: Cluster): Promise<void> {
  const path = set.clusters.workspace.folderFor(`${name}-etcd-store`);
  await set.member(name).has(volumes, {
    metadata: { name: 'etcd-store' },
    spec: {
      capacity: { storage: '1Gi' },
      accessModes: ['ReadWriteOnce'],
      claimRef: { namespace: NS, name: `data-${POD}` },
      hostPath: { path },
    },
  });
}

/** The etcd that the control planes use, under the name that the example asks for. */
async function etcdImage(): Promise<string> {
  const folder = await buildModule(MODULES.etcd, new Progress({ quietMs: 15_000 }));
  return imageArchive({
    names: ['quay.io/coreos/etcd:v3.6.16'],
    key: [basename(folder)],
    fill: async (root) => {
      mkdirSync(join(root, 'usr/local/bin'), { recursive: true });
      copyFileSync(join(folder, 'etcd'), join(root, 'usr/local/bin/etcd'));
    },
  });
}

function base64(text: string): string {
  return Buffer.from(text).toString('base64');
}
