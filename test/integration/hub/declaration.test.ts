import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findCondition } from '#apis/conditions.ts';
import { CLUSTER_SET_NAME, clusterSets } from '#apis/hub/cluster-set.ts';
import { type IMember, members } from '#apis/hub/member.ts';
import { apiVersionOf, type KubeObject, type Resource } from '#apis/meta.ts';
import type { KubeClient } from '#src/kube/client.ts';
import { connect } from '#src/kube/connect.ts';
import { collectionPath } from '#src/kube/paths.ts';
import { systemClock } from '#src/runtime/system-clock.ts';
import { useClusters } from '#test/clusters/use-clusters.ts';
import { Agent } from '#test/driver/agent.ts';
import { edit } from '#test/driver/edit.ts';
import { eventually } from '#test/driver/eventually.ts';
import { grantHub, HUB_CRDS } from '#test/driver/install.ts';

// One story: each test goes on where the one before it has ended.
describe('a hub that was declared', () => {
  const clusters = useClusters({ hub: { name: 'hub', crds: [HUB_CRDS] }, members: [] });
  const clients: KubeClient[] = [];
  let admin: KubeClient;
  let controller: KubeClient;
  let kubeconfig: string;
  let hub: Agent | undefined;

  beforeAll(async () => {
    kubeconfig = clusters.set.workspace.write('controller.kubeconfig', await grantHub(clusters.hub));
    admin = as(clusters.hub.kubeconfigPath);
    controller = as(kubeconfig);
    // Policies begin to count some time after they were written, and each on its own.
    await isRefused(members, { metadata: { name: 'probe' }, spec: { removed: ['a-cluster'] } });
    await isRefused(clusterSets, { metadata: { name: CLUSTER_SET_NAME }, spec: { replaces: ['a-set'] } });
  });
  afterAll(async () => {
    await hub?.stop();
    await Promise.all(clients.map((client) => client.close()));
  });

  it('has its ClusterSet and its Members', async () => {
    await declare({ clusterSet: {}, members: { zzzc: { allowedNamespaces: ['prod'] }, shbt: {} } });
    await eventually('both members are there', async () => {
      const { items } = await admin.list(members);
      expect(items.map(({ metadata }) => metadata.name)).toEqual(['shbt', 'zzzc']);
      expect(items.map(isJudged)).toEqual([true, true]);
      await admin.get(clusterSets, { name: CLUSTER_SET_NAME });
    });
    expect((await member('zzzc')).spec).toEqual({ allowedNamespaces: ['prod'] });
  });

  it('is left as it is by a controller that starts anew', async () => {
    const before = await versions();
    await declare({ clusterSet: {}, members: { zzzc: { allowedNamespaces: ['prod'] }, shbt: {} } });
    await eventually('the controllers have started', async () => {
      expect(hub?.lines('required caches are complete, starting controllers')).toHaveLength(1);
    });
    // A key that was written again would be written before the next one is.
    await declare({
      clusterSet: { precedence: 'HubTime' },
      members: { zzzc: { allowedNamespaces: ['prod'] } },
    });
    await eventually('the new rule is there', async () => {
      const { spec } = await admin.get(clusterSets, { name: CLUSTER_SET_NAME });
      expect(spec?.precedence).toBe('HubTime');
    });
    const { clusterset: _, ...after } = await versions();
    const { clusterset: __, ...unchanged } = before;
    expect(after).toEqual(unchanged);
  });

  it('keeps a member that is declared no more: that is no statement that its cluster is gone', async () => {
    expect((await member('shbt')).spec).toEqual({});
  });

  it('keeps what a person stated, and takes back what a person changed of the declared', async () => {
    await edit(admin, members, { name: 'zzzc' }, (object: IMember) => ({
      ...object,
      spec: { allowedNamespaces: ['prod', 'sneaked-in'], removed: ['a-cluster'] },
    }));
    await eventually('the declared list is back', async () => {
      const object = await member('zzzc');
      expect(object.spec).toEqual({ allowedNamespaces: ['prod'], removed: ['a-cluster'] });
      expect(isJudged(object)).toBe(true);
    });
  });

  it.each(['removed', 'takeover'] as const)('lets its controller write no spec.%s', async (field) => {
    const object = await member('zzzc');
    const statement =
      field === 'removed' ? { removed: ['another-cluster'] } : { takeover: 'another-cluster' };
    await expect(
      controller.update(members, { ...object, spec: { ...object.spec, ...statement } }),
    ).rejects.toThrow(`spec.${field} is a person's statement`);
    const fresh = { metadata: { name: 'fresh' }, spec: statement };
    await expect(controller.create(members, fresh)).rejects.toThrow(`spec.${field} is a person's statement`);
  });

  it('lets its controller neither make up nor drop that the set stands in for another', async () => {
    const set = await admin.get(clusterSets, { name: CLUSTER_SET_NAME });
    const replaces = (uids: string[]) => ({ ...set, spec: { ...set.spec, replaces: uids } });
    await expect(controller.update(clusterSets, replaces(['old']))).rejects.toThrow("a person's statement");
    await admin.update(clusterSets, replaces(['old']));
    const stated = await admin.get(clusterSets, { name: CLUSTER_SET_NAME });
    const { replaces: _, ...without } = stated.spec ?? {};
    await expect(controller.update(clusterSets, { ...stated, spec: without })).rejects.toThrow(
      "a person's statement",
    );
  });

  it('says which member the API server does not take, and goes on with the others', async () => {
    await declare({ members: { bad: { allowedNamespaces: ['No/Name'] }, bjpdc: {} } });
    await eventually('the good one is there', () => member('bjpdc'));
    await eventually('the refusal is in the log', async () => {
      expect(JSON.stringify(hub?.log)).toContain('spec.allowedNamespaces[0]');
    });
  });

  async function declare(declaration: object): Promise<void> {
    await hub?.stop();
    const file = clusters.set.workspace.write('set.json', JSON.stringify(declaration));
    hub = Agent.hub({ kubeconfig, declaration: file });
  }

  function as(path: string): KubeClient {
    const client = connect({ cluster: 'hub', kubeconfig: { path }, clock: systemClock() });
    clients.push(client);
    return client;
  }

  function member(name: string): Promise<IMember> {
    return admin.get(members, { name });
  }

  /** Whether the claim is stated of the member as it is: until then the controller has one more write to make. */
  function isJudged({ metadata, status }: IMember): boolean {
    return findCondition(status?.conditions, 'Claimed')?.observedGeneration === metadata.generation;
  }

  /** Waits until the controller may not write this, which is for people to state. */
  async function isRefused(resource: Resource<KubeObject>, object: object): Promise<void> {
    const whole = { apiVersion: apiVersionOf(resource), kind: resource.kind, ...object };
    const path = `${collectionPath(resource, undefined)}?dryRun=All`;
    await eventually(`the policy on ${resource.plural} is in force`, () =>
      expect(controller.request('POST', path, whole)).rejects.toThrow("a person's statement"),
    );
  }

  async function versions(): Promise<Record<string, string | undefined>> {
    const objects = [...(await admin.list(members)).items, ...(await admin.list(clusterSets)).items];
    return Object.fromEntries(objects.map(({ metadata }) => [metadata.name, metadata.resourceVersion]));
  }
});
