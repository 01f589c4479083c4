import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { exportedEndpointSlices, exportedSliceName } from '#apis/hub/exported-endpoint-slice.ts';
import { SOURCE_CLUSTER_LABEL } from '#apis/labels.ts';
import { sliceHash } from '#controllers/endpoints/names.ts';
import { endpoint, slice } from '#test/driver/builders.ts';
import { eventually } from '#test/driver/eventually.ts';
import { type Ruling, startFaultProxy } from '#test/proxy/fault-proxy.ts';
import type { ProxiedRequest } from '#test/proxy/request.ts';
import { said } from './credential.ts';
import { publishes } from './records.ts';
import { EVIL, FLOODED, type Scene } from './scene.ts';

/** As many slices as the importer may have under way at once. */
const WORKERS = 16;

/** What one member's changes do to those of others. */
export function flood(scene: () => Scene): void {
  it('T07 whoever changes two hundred slices at once has his own changes wait, and nobody else', async () => {
    const { set, evil } = scene();
    const [zzzc, shbt] = [set.member('zzzc'), set.member('shbt')];
    const { workspace } = set.clusters;
    const proxy = await startFaultProxy({ target: set.cluster('shbt').kubeconfig });
    try {
      const direct = readFileSync(set.files('shbt').kubeconfig, 'utf8');
      const listen = { host: '127.0.0.1', port: await workspace.port() };
      const through = workspace.write('flooded.kubeconfig', await proxy.kubeconfigFor('agent', direct));
      await set.restartAgent('shbt', { kubeconfig: through, listen });
      for (const service of FLOODED) {
        const answers = await publishes(evil, EVIL, ['prod', service], ['198.18.6.6'], { type: 'Headless' });
        expect(answers.map(said)).toEqual(['201', '201']);
      }
      for (const service of FLOODED) await shbt.awaitAddresses('prod', service, EVIL, ['198.18.6.6']);
      await zzzc.slice(slice('prod', 'db', 'a', [endpoint('198.18.1.90')]));
      await shbt.awaitAddresses('prod', 'db', 'zzzc', ['198.18.1.90']);

      const gate = Promise.withResolvers<void>();
      proxy.beforeMutation(async (): Promise<Ruling> => {
        await gate.promise;
        return 'forward';
      });
      const since = proxy.requests.length;
      for (const service of FLOODED) {
        const name = exportedSliceName('prod', service, sliceHash('a'));
        const answer = await evil.changes(exportedEndpointSlices, EVIL, name, (present) => ({
          ...present,
          spec: { ...Object(present['spec']), endpoints: ['198.18.6.7 RSt'] },
        }));
        expect(said(answer)).toBe('200');
      }
      await zzzc.slice(slice('prod', 'db', 'a', [endpoint('198.18.1.91')]));
      await eventually('all of it waits in the importer', async () => {
        expect(await waitingIn(listen.port)).toBe(FLOODED.length + 1 - WORKERS);
      });
      gate.resolve();
      await shbt.awaitAddresses('prod', 'db', 'zzzc', ['198.18.1.91']);
      for (const service of FLOODED) await shbt.awaitAddresses('prod', service, EVIL, ['198.18.6.7']);

      const sources = proxy.requests.slice(since).flatMap(sourceOfUpdate);
      expect(sources.filter((source) => source === EVIL)).toHaveLength(FLOODED.length);
      // Behind what was under way when it came, and one turn of the flood's; requests of one moment may overtake each other.
      expect(sources.indexOf('zzzc')).toBeGreaterThanOrEqual(WORKERS);
      expect(sources.indexOf('zzzc')).toBeLessThan(2 * WORKERS);
    } finally {
      proxy.beforeMutation(undefined);
      await set.restartAgent('shbt');
      await proxy.close();
    }
  });
}

/** Keys of import.slice that wait for a worker. */
async function waitingIn(port: number): Promise<number> {
  const text = await (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
  return Number(/^workqueue_depth\{[^}]*import\.slice[^}]*\} (\d+)$/m.exec(text)?.[1]);
}

/** The cluster whose slice this request updates; nothing for all other requests. */
function sourceOfUpdate({ verb, resource, body }: ProxiedRequest): string[] {
  if (verb !== 'update' || resource !== 'endpointslices') return [];
  return [String(JSON.parse(body).metadata.labels[SOURCE_CLUSTER_LABEL])];
}
