import { expect } from 'vitest';
import { fault } from '../frame/fault.ts';
import { type Exporter, NS } from './exporter.ts';
import { killedAgainAndAgain, killedOnceALife } from './lives.ts';

/** Each kill takes a life of two exports, and a start. */
const PATIENCE_MS = 600_000;
/**
 * The least that an agent writes in a life. On the hub: its Lease, report, two Services and four slices; then an
 * inventory and a slice change and a slice goes, and five records go, by two reports.
 */
const ON_HUB = 17;
/** At home: its memory, conditions, imports and their status, a derived Service, slices; and they go again. */
const AT_HOME = 30;

/** In one life, killed whenever it has written anything to the hub. */
export function killedByEachWrite(exporter: Exporter): void {
  fault('F01', 'an agent that dies of each of its writes to the hub, in one life', async (finding) => {
    const kills = await killedAgainAndAgain({
      set: exporter.set(),
      namespace: NS,
      name: 'each',
      mortal: exporter.inProcess(),
      kills: exporter.killsOnHub(),
      finding,
    });
    expect(kills).toBeGreaterThanOrEqual(ON_HUB);
    finding.records({ 'kills in one life': kills });
  });
}

/** In as many lives as there are writes, and by SIGKILL. */
export function killedInEveryLife(exporter: Exporter): void {
  fault(
    'F01',
    'an agent that is killed once a life, a write later each time',
    async (finding) => {
      const common = { set: exporter.set(), namespace: NS, mortal: exporter.inProcess(), finding };
      const hub = await killedOnceALife({ ...common, name: 'hub', kills: exporter.killsOnHub() });
      expect(hub.kills).toBeGreaterThanOrEqual(ON_HUB);
      const home = await killedOnceALife({ ...common, name: 'home', kills: exporter.killsAtHome() });
      expect(home.kills).toBeGreaterThanOrEqual(AT_HOME);
      finding.records({
        'kill points on the hub': hub.kills,
        'kill points at home': home.kills,
        divergent: 0,
        'extra writes to the hub in a life, at most': Math.max(hub.extraWrites, home.extraWrites),
      });
    },
    { timeout: PATIENCE_MS },
  );

  fault(
    'F01',
    'killed by SIGKILL after each of its writes to the hub, so that each takes another process',
    async (finding) => {
      const kills = await killedAgainAndAgain({
        set: exporter.set(),
        namespace: NS,
        name: 'process',
        mortal: exporter.asProcess(),
        kills: exporter.killsOnHub(),
        finding,
      });
      expect(kills).toBeGreaterThanOrEqual(ON_HUB);
      finding.records({ 'processes killed': kills });
    },
    { timeout: PATIENCE_MS },
  );
}
