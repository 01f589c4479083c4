import { setTimeout as pause } from 'node:timers/promises';
import { expect, onTestFinished } from 'vitest';
import { endpointSlices } from '#apis/kubernetes/endpoint-slice.ts';
import { serviceImports } from '#apis/multicluster/service-import.ts';
import { AT_ONCE } from '#controllers/rivals/rivalry.ts';
import { connect } from '#src/kube/connect.ts';
import { systemClock } from '#src/runtime/system-clock.ts';
import { endpoint, slice } from '#test/driver/builders.ts';
import { edit } from '#test/driver/edit.ts';
import { awaitTold } from '#test/driver/events.ts';
import { exportsPlain } from '#test/driver/exporting.ts';
import { AGENT_USER } from '#test/driver/requests.ts';
import { importedSlice } from '#test/driver/slice-names.ts';
import type { OpenedSet } from '#test/driver/use-set.ts';
import { faultKeepingAll } from '../frame/keeping.ts';

const REWRITES = 250;
const PERIOD_MS = 20;

/**
 * Somebody rewrites an imported slice of shbt's fifty times a second, as another controller would that thinks it is its;
 * and then the import itself, of which the API server remembers who writes it.
 */
export function rival(set: OpenedSet): void {
  faultKeepingAll(
    set,
    'F22',
    'a rival at 50 Hz: ten repairs at once and then ever fewer, which an Event tells; other keys go on, and it ends as it should',
    async (finding) => {
      const [zzzc, shbt] = [set().member('zzzc'), set().member('shbt')];
      await exportsPlain(zzzc, 'prod', 'fought', '198.18.22.1');
      await exportsPlain(zzzc, 'prod', 'peaceful', '198.18.22.2');
      await shbt.awaitAddresses('prod', 'fought', 'zzzc', ['198.18.22.1']);
      await shbt.awaitAddresses('prod', 'peaceful', 'zzzc', ['198.18.22.2']);
      await set().settle('prod');
      const name = importedSlice('prod', 'fought', 'a', 'zzzc');
      const { audit } = set().cluster('shbt');
      const since = await audit.mark();
      const began = performance.now();
      for (let rewrite = 0; rewrite < REWRITES; rewrite++) {
        await shbt.edits(endpointSlices, { namespace: 'prod', name }, (held) => ({
          ...held,
          endpoints: [endpoint(`198.18.122.${rewrite}`)],
        }));
        await pause(PERIOD_MS);
        if (rewrite !== REWRITES / 2) continue;
        await zzzc.slice(slice('prod', 'peaceful', 'a', [endpoint('198.18.22.3')]));
        await shbt.awaitAddresses('prod', 'peaceful', 'zzzc', ['198.18.22.3']);
      }
      const took = performance.now() - began;
      await shbt.awaitAddresses('prod', 'fought', 'zzzc', ['198.18.22.1']);
      const settled = performance.now();
      const entries = await audit.entries({ user: AGENT_USER, since });
      const answers = entries.filter((entry) => entry.verb === 'update' && entry.name === name);
      const conflicts = answers.filter(({ code }) => code === 409);
      const repairs = answers.length - conflicts.length;
      const perMinute = (count: number) => Math.round((60_000 * count) / took);
      finding.records({
        'rewrites per minute': perMinute(REWRITES),
        'repairs per minute': perMinute(repairs),
        '409 per minute': perMinute(conflicts.length),
      });
      expect(repairs).toBeGreaterThanOrEqual(AT_ONCE);
      expect(repairs).toBeLessThanOrEqual(mostRepairs(settled - began));
      expect(conflicts.length).toBeLessThan(REWRITES);
      await awaitTold(shbt, serviceImports, 'prod', 'fought', 'Warning Contested: Somebody whom');
    },
  );

  faultKeepingAll(
    set,
    'F22',
    'a rival that writes the ServiceImport: ten repairs at once and then ever fewer, and an Event that names it',
    async (finding) => {
      const [zzzc, shbt] = [set().member('zzzc'), set().member('shbt')];
      const port = (port: number) => [{ name: 'tcp', port, protocol: 'TCP' }];
      await exportsPlain(zzzc, 'prod', 'claimed', '198.18.22.4');
      const { spec: wanted } = await shbt.awaitImport('prod', 'claimed', ({ spec }) =>
        expect(spec.ips).toHaveLength(1),
      );
      await set().settle('prod');
      const text = set().cluster('shbt').kubeconfig;
      const client = connect({
        cluster: 'shbt',
        kubeconfig: { text },
        clock: systemClock(),
        userAgent: 'rival/1.0',
      });
      onTestFinished(() => client.close());
      const { audit } = set().cluster('shbt');
      const since = await audit.mark();
      const began = performance.now();
      for (let rewrite = 1; rewrite <= REWRITES; rewrite++) {
        await edit(client, serviceImports, { namespace: 'prod', name: 'claimed' }, (held) => ({
          ...held,
          spec: { ...held.spec, ports: port(rewrite) },
        }));
        await pause(PERIOD_MS);
      }
      await shbt.awaitImport('prod', 'claimed', ({ spec }) => expect(spec.ports).toEqual(wanted.ports));
      const entries = await audit.entries({ user: AGENT_USER, since });
      const repairs = entries.filter(
        ({ verb, resource, subresource, name, code }) =>
          verb === 'update' &&
          resource === serviceImports.plural &&
          subresource === '' &&
          name === 'claimed' &&
          code === 200,
      ).length;
      expect(repairs).toBeGreaterThanOrEqual(AT_ONCE);
      expect(repairs).toBeLessThanOrEqual(mostRepairs(performance.now() - began));
      await awaitTold(shbt, serviceImports, 'prod', 'claimed', 'Warning Contested: "rival" rewrites');
      finding.records({ 'repairs of an import': repairs });
    },
  );
}

/**
 * So often an object may be put back in this time: ten times at once, and then after waits that double from a second. The
 * first does not count where it writes another state than was written last, which is never kept waiting.
 */
function mostRepairs(ms: number): number {
  let repairs = AT_ONCE + 1;
  for (let wait = 1_000, waited = wait; waited <= ms; wait *= 2, waited += wait) repairs++;
  return repairs;
}
