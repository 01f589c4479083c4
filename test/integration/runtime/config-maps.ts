import { configMaps, type IConfigMap } from '#apis/kubernetes/config-map.ts';
import type { KubeClient } from '#src/kube/client.ts';

/** A ConfigMap in the namespace `default`. */
export function configMap(name: string, data: Record<string, string> = {}): IConfigMap {
  return { metadata: { name, namespace: 'default' }, data };
}

/** Sets the map's data `n`, whoever wrote it last, and creates it where it is not there. */
export function touch(client: KubeClient, name: string, n: number): Promise<unknown> {
  const options = { fieldManager: 'test', force: true };
  return client.apply(configMaps, configMap(name, { n: String(n) }), options);
}
