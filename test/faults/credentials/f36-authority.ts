import { readFileSync, writeFileSync } from 'node:fs';
import { expect, onTestFinished } from 'vitest';
import { Authority } from '#test/clusters/control-plane/certs.ts';
import { kubeconfig } from '#test/clusters/kubeconfig.ts';
import type { LogLine } from '#test/driver/agent.ts';
import { eventually } from '#test/driver/eventually.ts';
import { textOf } from '#test/driver/log.ts';
import type { OpenedSet } from '#test/driver/use-set.ts';
import { startFaultProxy } from '#test/proxy/fault-proxy.ts';
import { faultKeepingAll } from '../frame/keeping.ts';
import { Exchanged } from './exchange.ts';

/** The hub's certificate gets another authority while shbt's agent runs: first both are in its bundle, then the new one. */
export function otherAuthority(set: OpenedSet): void {
  const next = new Authority('the hub’s next authority');
  faultKeepingAll(
    set,
    'F36',
    'the bundle holds both, the hub changes, the bundle holds the new one: no call fails',
    async (finding) => {
      const { proxy, trust, agent } = await begun('both');
      const exchanged = new Exchanged(set, 'both');
      await exchanged.change();
      await exchanged.arrived();
      const from = agent.log.length;
      const old = proxy.ca;
      const { opened } = proxy.connections;
      trust(old + next.cert);
      await eventually('the bundle is picked up, which takes a connection made by it', async () => {
        await exchanged.change();
        await exchanged.arrived();
        expect(proxy.connections.opened).toBeGreaterThan(opened);
      });
      proxy.servesUnder(next);
      proxy.resetConnections();
      await exchanged.change();
      await exchanged.arrived();
      trust(next.cert);
      await exchanged.change();
      await exchanged.arrived();
      const distrusted = agent.log.slice(from).filter(isDistrust);
      expect(distrusted).toEqual([]);
      expect(set().agent('shbt')).toBe(agent);
      finding.records({ 'failed calls of a rotation in order': distrusted.length });
    },
  );

  faultKeepingAll(
    set,
    'F36',
    'the hub changes before the bundle does: nothing is sent to it unproven, nothing goes, and the bundle is picked up',
    async (finding) => {
      const { proxy, trust, agent } = await begun('late');
      const exchanged = new Exchanged(set, 'late');
      await exchanged.change();
      await exchanged.arrived();
      const shown = await exchanged.shown();
      const from = agent.log.length;
      proxy.servesUnder(next);
      proxy.resetConnections();
      proxy.requests.length = 0;
      await eventually('it says that it does not trust the hub', async () =>
        expect(agent.log.slice(from).filter(isDistrust).length).toBeGreaterThan(0),
      );
      await exchanged.change();
      expect(await exchanged.shown()).toEqual(shown);
      expect(proxy.requests).toEqual([]);
      trust(next.cert);
      await exchanged.arrived();
      expect(set().agent('shbt')).toBe(agent);
      finding.records({ 'calls to a hub that could not prove itself': 0 });
    },
  );

  /** shbt's agent goes by a proxy, which serves under a certificate of its own, and trusts what `trust` writes. */
  async function begun(name: string) {
    const real = readFileSync(set().files('shbt').hubKubeconfig, 'utf8');
    const proxy = await startFaultProxy({ target: real });
    const token = await proxy.tokenFor('shbt', real);
    const text = (ca: string) => kubeconfig({ hub: { server: proxy.url, ca, credentials: { token } } });
    const hubKubeconfig = set().clusters.workspace.write(`shbt-trusts-${name}.kubeconfig`, text(proxy.ca));
    const agent = await set().restartAgent('shbt', { hubKubeconfig });
    onTestFinished(async () => {
      await set().restartAgent('shbt');
      await proxy.close();
    });
    return { proxy, agent, trust: (ca: string) => writeFileSync(hubKubeconfig, text(ca)) };
  }
}

function isDistrust(line: LogLine): boolean {
  return textOf(line).includes('is not signed by the CA');
}
