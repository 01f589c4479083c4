import { expect, it } from 'vitest';
import { type IService, services } from '#apis/kubernetes/service.ts';
import type { KubeObject, Resource } from '#apis/meta.ts';
import { serviceImports } from '#apis/multicluster/service-import.ts';
import { derivedServiceName } from '#controllers/endpoints/names.ts';
import { endpoint, service, slice } from '#test/driver/builders.ts';
import type { MemberCluster } from '#test/driver/cluster.ts';
import { awaitDerivedService } from '#test/driver/imported.ts';
import type { OpenedSet } from '#test/driver/use-set.ts';

const LABELS = {
  team: 'storage',
  'app.kubernetes.io/name': 'postgres',
  // How Argo CD and Helm find what they own: on an import, they would prune it.
  'app.kubernetes.io/instance': 'argo-app',
  'argocd.argoproj.io/instance': 'argo-app',
};
const ANNOTATIONS = {
  'example.com/contact': 'Storage team, room 7',
  'argocd.argoproj.io/tracking-id': 'argo-app:/Service:prod/db',
  'kubectl.kubernetes.io/last-applied-configuration': '{}',
};

export function metadata(set: OpenedSet): void {
  it('those that are exported arrive on import and derived Service; what tools own things by does not (linkerd2#11358)', async () => {
    // https://github.com/linkerd/linkerd2/issues/11358, https://github.com/linkerd/linkerd2/pull/13802
    const zzzc = set().member('zzzc');
    const tagged = service('prod', 'tagged');
    await zzzc.service({ ...tagged, metadata: { ...tagged.metadata, labels: { own: 'of-the-service' } } });
    await zzzc.slice(slice('prod', 'tagged', 'a', [endpoint('198.18.12.1')]));
    await zzzc.exports('prod', 'tagged', { exportedLabels: LABELS, exportedAnnotations: ANNOTATIONS });
    for (const member of set().members) {
      await awaitBoth(member, 'tagged', ({ metadata: { labels, annotations } }) => {
        expect(foreign(labels)).toEqual({ team: 'storage', 'app.kubernetes.io/name': 'postgres' });
        expect(foreign(annotations)).toEqual({ 'example.com/contact': 'Storage team, room 7' });
      });
    }
  });

  it('they go again when they are no longer exported, and only they (cilium#36308)', async () => {
    // https://github.com/cilium/cilium/pull/36308, which overwrites what others have put there.
    const shbt = set().member('shbt');
    const name = derivedServiceName('prod', 'tagged');
    await labels(shbt, serviceImports, 'tagged', { 'mesh.example.com/seen': 'yes' });
    await labels(shbt, services, name, { 'mesh.example.com/seen': 'yes' });
    await set()
      .member('zzzc')
      .exports('prod', 'tagged', { exportedLabels: { tier: 'one' } });
    await awaitBoth(shbt, 'tagged', (object) => {
      expect(foreign(object.metadata.labels)).toEqual({ tier: 'one', 'mesh.example.com/seen': 'yes' });
      expect(foreign(object.metadata.annotations)).toEqual({});
    });
    await set().member('zzzc').exports('prod', 'tagged');
    await awaitBoth(shbt, 'tagged', (object) => {
      expect(foreign(object.metadata.labels)).toEqual({ 'mesh.example.com/seen': 'yes' });
    });
  });
}

/** Waits until both objects that consumers look at are as expected. */
async function awaitBoth(member: MemberCluster, name: string, expected: (object: KubeObject) => void) {
  await member.awaitImport('prod', name, expected);
  await awaitDerivedService(member, 'prod', name, (found: IService) => expected(found));
}

async function labels<T extends KubeObject>(
  member: MemberCluster,
  resource: Resource<T>,
  name: string,
  more: Record<string, string>,
): Promise<void> {
  await member.edits(resource, { namespace: 'prod', name }, (present) => ({
    ...present,
    metadata: { ...present.metadata, labels: { ...present.metadata.labels, ...more } },
  }));
}

/** Without our own marks and those of the MCS API. */
function foreign(map: Record<string, string> = {}): Record<string, string> {
  const ours = /^(tombolo\.dev|multicluster\.kubernetes\.io)\//;
  return Object.fromEntries(Object.entries(map).filter(([key]) => !ours.test(key)));
}
