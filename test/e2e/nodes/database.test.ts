import { expect, it } from 'vitest';
import { until } from '#test/clusters/machine/until.ts';
import { skipWithout, useClusters } from '#test/clusters/use-clusters.ts';
import { CORE } from './objects.ts';
import { serviceAddresses, shell, startNamingPod } from './pods.ts';

// A hub may be a cluster like any other, with a node and pods of its own.
const clusters = useClusters({ hub: { name: 'hub', node: true }, members: [] });

it('a cluster with a node runs on when its database is restored, and anew when it is wiped', async (context) => {
  const { hub } = clusters;
  skipWithout(context, hub, 'nodes', 'etcd');
  await hub.node.loadToolbox([]);
  await startNamingPod(hub, 'before');
  const snapshot = await hub.etcd.save();
  await hub.admin.apply(`${CORE}/configmaps/later`, {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: 'later' },
  });
  await hub.etcd.restore(snapshot, 'bumped');
  expect((await hub.admin.send('GET', `${CORE}/configmaps/later`)).status).toBe(404);
  const { stdout } = await until('the node knows its pods again', () => shell(hub, 'before', 'hostname'));
  expect(stdout).toBe('before\n');

  await hub.etcd.wipe();
  expect((await hub.admin.send('GET', `${CORE}/pods/before`)).status).toBe(404);
  await until('the new cluster has its first account', async () => {
    return (await hub.admin.send('GET', `${CORE}/serviceaccounts/default`)).status === 200;
  });
  await startNamingPod(hub, 'after');
  const answer = await shell(hub, 'after', 'dig +short kubernetes.default.svc.cluster.local');
  expect(answer.stdout.trim()).toBe((await serviceAddresses(hub, 'kubernetes'))[0]);
});
