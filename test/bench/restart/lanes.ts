import { setTimeout as sleep } from 'node:timers/promises';
import { exportedEndpointSlices } from '#apis/hub/exported-endpoint-slice.ts';
import { endpointSlices } from '#apis/kubernetes/endpoint-slice.ts';
import { SERVICE_NAME_LABEL, SOURCE_CLUSTER_LABEL } from '#apis/labels.ts';
import { collectionPath } from '#src/kube/paths.ts';
import { edit } from '#test/driver/edit.ts';
import { eventually } from '#test/driver/eventually.ts';
import { FIRST_SLICE, type Publishers, serviceName } from '#test/driver/publishers.ts';
import type { TestSet } from '#test/driver/set.ts';
import { Observing } from '../journey/observing.ts';
import { watchQuery } from '../propagation/watch-query.ts';
import { accessFrom } from '../rig/access.ts';
import { ApiServer } from '../rig/api-server.ts';
import { createNamespace } from '../rig/namespace.ts';
import { startReady } from '../rig/program.ts';
import { BARE_NAMESPACE, bareRecord, bareSlice, HotRecord, numbered } from './hot.ts';
import type { RelayConfig, RelayReady } from './relay-side.ts';

export const LANES = ['product', 'bare'] as const;

const NS = 'prod';
const RELAY = new URL('./relay-side.ts', import.meta.url);

/** Two records that are changed side by side: one carried by the agent, one by a relay that is never restarted. */
export interface HotLanes {
  observing: Observing;
  /** Name of the slice in B that the agent writes for its record. */
  slice: string;
  /** Changes both in turn, each every so many milliseconds, until the signal aborts. */
  change(everyMs: number, signal: AbortSignal): Promise<void>;
}

/** Builds both lanes around the first slice of the first publisher, which B shows; all ends with `stack`. */
export async function openLanes(
  set: TestSet,
  importer: string,
  publishers: Publishers,
  stack: AsyncDisposableStack,
): Promise<HotLanes> {
  const record = numbered(publishers.record(FIRST_SLICE));
  await edit(set.hub, exportedEndpointSlices, record.metadata, (held) => ({ ...held, spec: record.spec }));
  const [publisher = ''] = publishers.ids;
  const selector = `${SERVICE_NAME_LABEL}=${serviceName(FIRST_SLICE.service)},${SOURCE_CLUSTER_LABEL}=${publisher}`;
  const imported = await eventually('B shows the record with numbered addresses', async () => {
    const { client } = set.member(importer);
    const { items } = await client.list(endpointSlices, { namespace: NS, labelSelector: selector });
    const [first] = record.spec.endpoints.map((line) => line.split(' ')[0] ?? '');
    const found = items.find(({ endpoints }) => endpoints?.[0]?.addresses[0] === first);
    if (found === undefined) throw new Error('it does not');
    return found;
  });
  const servers = {
    hub: accessFrom(set.cluster('hub').kubeconfig),
    b: accessFrom(set.cluster(importer).kubeconfig),
  };
  const hub = stack.adopt(new ApiServer(servers.hub), (it) => it.close());
  for (const cluster of [set.cluster('hub'), set.cluster(importer)])
    await createNamespace(cluster, BARE_NAMESPACE);
  const bare = bareRecord(record);
  await set.hub.create(exportedEndpointSlices, bare);

  const failure = Promise.withResolvers<never>();
  failure.promise.catch(() => {});
  const relay: RelayConfig = { ...servers, record: bare.metadata.name, slice: bareSlice(imported) };
  const ready = startReady<RelayReady>({ name: 'relay', file: RELAY, config: relay }, stack, failure.reject);
  await Promise.race([ready, failure.promise]);
  const byName = (name: string) => `&fieldSelector=metadata.name%3D${name}`;
  const view = (server: string, path: string, name: string) => ({
    server,
    path: path + watchQuery() + byName(name),
  });
  const laneOf = (from: string, to: string) => ({
    source: view('hub', collectionPath(exportedEndpointSlices, from), record.metadata.name),
    targets: { b: view('b', collectionPath(endpointSlices, to), imported.metadata.name) },
  });
  const observing = stack.adopt(
    new Observing({
      servers,
      lanes: {
        product: laneOf(record.metadata.namespace ?? '', NS),
        bare: laneOf(BARE_NAMESPACE, BARE_NAMESPACE),
      },
    }),
    (it) => it.stop(),
  );
  failure.promise.catch((error: Error) => observing.fail(error));
  await observing.ready();

  const hot = [await HotRecord.of(hub, record), await HotRecord.of(hub, bare)];
  return {
    observing,
    slice: imported.metadata.name,
    async change(everyMs, signal) {
      let next = performance.now();
      for (let turn = 0; !signal.aborted; turn++) {
        await hot[turn % hot.length]?.change();
        next += everyMs / hot.length;
        await sleep(Math.max(0, next - performance.now()), undefined, { signal }).catch(() => {});
      }
    },
  };
}
