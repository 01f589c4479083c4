import { expect, onTestFinished } from 'vitest';
import { ExportCondition } from '#apis/multicluster/conditions.ts';
import { endpoint, slice } from '#test/driver/builders.ts';
import { eventually } from '#test/driver/eventually.ts';
import { exportsPlain } from '#test/driver/exporting.ts';
import { troubles } from '#test/driver/log.ts';
import { type ProxiedWay, proxiedToHub } from '#test/driver/proxied.ts';
import type { OpenedSet } from '#test/driver/use-set.ts';
import { reset } from '#test/proxy/actions.ts';
import type { ProxiedRequest } from '#test/proxy/request.ts';
import { faultKeepingAll } from '../frame/keeping.ts';
import { isWrite } from '../killed/exporter.ts';

/** Of zzzc's way to the hub one half is cut off: what it writes there breaks off, or what it reads. */
export function halfWorks(set: OpenedSet): void {
  const zzzc = () => set().member('zzzc');
  const shbt = () => set().member('shbt');

  faultKeepingAll(
    set,
    'F19',
    'reads work and writes do not: imports go on, and exports say that they wait',
    async (finding) => {
      const { proxy } = await begun('no-writes');
      const cut = proxy.script({ when: isWrite, times: Number.POSITIVE_INFINITY, action: reset() });
      await zzzc().slice(slice('prod', 'no-writes', 'a', [endpoint('198.18.19.2')]));
      await zzzc().marks('prod', 'unwritten');
      const { message } = await zzzc().awaitCondition(
        'prod',
        'unwritten',
        ExportCondition.Ready,
        'False',
        'Pending',
      );
      expect(message).toBe('This state of the export has not been written to the hub yet.');
      await shbt().slice(slice('prod', 'no-writes', 'a', [endpoint('198.18.19.12')]));
      await zzzc().awaitAddresses('prod', 'no-writes', 'shbt', ['198.18.19.12']);
      await zzzc().awaitAddresses('prod', 'no-writes', 'zzzc', ['198.18.19.2']);
      expect(await shbt().importedAddresses('prod', 'no-writes', 'zzzc')).toEqual(['198.18.19.1']);
      await eventually('the log names the half', async () =>
        expect(troubles(set().agent('zzzc')).join('\n')).toMatch(/hub: cannot (create|update) /),
      );
      cut.cancel();
      const began = performance.now();
      await shbt().awaitAddresses('prod', 'no-writes', 'zzzc', ['198.18.19.2']);
      await zzzc().awaitCondition('prod', 'unwritten', ExportCondition.Ready, 'True');
      finding.records({
        'conv without writes, ms': Math.round(performance.now() - began),
        'writes cut': cut.taken,
      });
    },
  );

  faultKeepingAll(
    set,
    'F19',
    'writes work and reads do not: endpoints travel, nothing is made on a hub that cannot say who it is',
    async (finding) => {
      const { proxy } = await begun('no-reads');
      const cut = proxy.script({ when: isRead, times: Number.POSITIVE_INFINITY, action: reset() });
      proxy.resetConnections();
      await eventually('the log names the half', async () =>
        expect(troubles(set().agent('zzzc')).join('\n')).toMatch(/hub: cannot watch /),
      );
      await zzzc().slice(slice('prod', 'no-reads', 'a', [endpoint('198.18.19.2')]));
      await shbt().awaitAddresses('prod', 'no-reads', 'zzzc', ['198.18.19.2']);
      await zzzc().marks('prod', 'unread');
      const { message } = await zzzc().awaitCondition(
        'prod',
        'unread',
        ExportCondition.Ready,
        'False',
        'Pending',
      );
      expect(message).toBe('This state of the export has not been written to the hub yet.');
      await shbt().slice(slice('prod', 'no-reads', 'a', [endpoint('198.18.19.12')]));
      await shbt().awaitAddresses('prod', 'no-reads', 'shbt', ['198.18.19.12']);
      expect(await zzzc().importedAddresses('prod', 'no-reads', 'shbt')).toEqual(['198.18.19.11']);
      cut.cancel();
      const began = performance.now();
      await zzzc().awaitAddresses('prod', 'no-reads', 'shbt', ['198.18.19.12']);
      await zzzc().awaitCondition('prod', 'unread', ExportCondition.Ready, 'True');
      finding.records({
        'conv without reads, ms': Math.round(performance.now() - began),
        'reads cut': cut.taken,
      });
    },
  );

  /** zzzc goes by a proxy, and both export a Service of this name. */
  async function begun(name: string): Promise<ProxiedWay> {
    const way = await proxiedToHub(set(), 'zzzc');
    onTestFinished(async () => {
      await set().restartAgent('zzzc');
      await way.proxy.close();
    });
    await set().restartAgent('zzzc', { hubKubeconfig: way.kubeconfig });
    await exportsPlain(zzzc(), 'prod', name, '198.18.19.1');
    await exportsPlain(shbt(), 'prod', name, '198.18.19.11');
    for (const member of set().members) {
      await member.awaitAddresses('prod', name, 'zzzc', ['198.18.19.1']);
      await member.awaitAddresses('prod', name, 'shbt', ['198.18.19.11']);
    }
    await set().settle('prod');
    return way;
  }
}

function isRead({ verb }: ProxiedRequest): boolean {
  return verb === 'get' || verb === 'list' || verb === 'watch';
}
