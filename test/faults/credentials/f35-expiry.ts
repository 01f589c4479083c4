import { writeFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { expect, onTestFinished } from 'vitest';
import { memberNamespace } from '#apis/hub/member.ts';
import { MEMBER_ACCOUNT } from '#src/install/member.ts';
import { eventually } from '#test/driver/eventually.ts';
import { agentUserOnHub } from '#test/driver/requests.ts';
import { serviceAccounts } from '#test/driver/service-accounts.ts';
import type { OpenedSet } from '#test/driver/use-set.ts';
import { hasSeen } from '#test/driver/witness.ts';
import { faultKeepingAll } from '../frame/keeping.ts';
import { Exchanged } from './exchange.ts';

/** Watches move to it as soon as it is there; should a busy machine be later than it, they are refused at once. */
const CERTIFICATE_LIVES_MS = 4_000;

/** What shbt's agent presents to the hub is no longer good; its file then holds something that is. */
export function expiry(set: OpenedSet): void {
  const hub = () => set().cluster('hub');
  const refused = async (since: number) =>
    (await hub().audit.entries({ since })).filter(({ code }) => code === 401).length;

  faultKeepingAll(
    set,
    'F35',
    'a certificate that expires while watches run: noticed at the next request, renewed without a restart',
    async (finding) => {
      const exchanged = new Exchanged(set, 'expiring');
      const file = set().clusters.workspace.file('shbt-by-certificate.kubeconfig');
      writeFileSync(file, certificate(undefined));
      const agent = await set().restartAgent('shbt', { hubKubeconfig: file });
      onTestFinished(async () => {
        await set().restartAgent('shbt');
      });
      await exchanged.change();
      await exchanged.arrived();
      const since = await hub().audit.mark();
      const until = new Date(Math.ceil((Date.now() + CERTIFICATE_LIVES_MS) / 1_000) * 1_000);
      writeFileSync(file, certificate(until));
      await exchanged.change();
      await pause(until.getTime() + 1_000 - Date.now());
      await exchanged.change();
      await eventually('the hub refuses the certificate', async () =>
        expect(await refused(since)).toBeGreaterThan(0),
      );
      const expired = performance.now();
      writeFileSync(file, certificate(undefined));
      await exchanged.arrived();
      expect(set().agent('shbt')).toBe(agent);
      finding.records({
        '401s of an expired certificate': await refused(since),
        'downtime after the renewal, s': Math.round((performance.now() - expired) / 100) / 10,
      });
    },
  );

  faultKeepingAll(
    set,
    'F35',
    'a certificate that is renewed in time: nothing is refused',
    async (finding) => {
      const exchanged = new Exchanged(set, 'renewed');
      const file = set().clusters.workspace.write('shbt-renewing.kubeconfig', certificate(undefined));
      await set().restartAgent('shbt', { hubKubeconfig: file });
      onTestFinished(async () => {
        await set().restartAgent('shbt');
      });
      await exchanged.change();
      await exchanged.arrived();
      const since = await hub().audit.mark();
      for (let renewal = 0; renewal < 3; renewal++) {
        writeFileSync(file, certificate(undefined));
        await exchanged.change();
        await exchanged.arrived();
      }
      expect(await refused(since)).toBe(0);
      finding.records({ '401s of a timely renewal': 0 });
    },
  );

  faultKeepingAll(
    set,
    'F35',
    'a token whose account is deleted and made again: nothing goes meanwhile, and the next token is picked up (guards against https://github.com/karmada-io/karmada/issues/7663)',
    async (finding) => {
      const exchanged = new Exchanged(set, 'revoked');
      const agent = set().agent('shbt');
      await exchanged.change();
      await exchanged.arrived();
      const shown = await exchanged.shown();
      const from = agent.log.length;
      const since = await hub().audit.mark();
      await set().hubAdmin.deletes(serviceAccounts, {
        namespace: memberNamespace('shbt'),
        name: MEMBER_ACCOUNT,
      });
      // Watches that are open stay so: a server that starts anew asks for credentials again.
      await hub().apiServer.stop();
      await hub().apiServer.start();
      await hasSeen(agent, 401, { from });
      await exchanged.change();
      expect(await exchanged.shown()).toEqual(shown);
      await set().grantMember('shbt');
      await exchanged.arrived();
      expect(set().agent('shbt')).toBe(agent);
      finding.records({ '401s of a deleted account': await refused(since) });
    },
  );

  /** A kubeconfig of shbt's agent, by a certificate that says what its token says. */
  function certificate(until: Date | undefined): string {
    const namespace = memberNamespace('shbt');
    const groups = ['system:serviceaccounts', `system:serviceaccounts:${namespace}`];
    return hub().kubeconfigFor({
      user: agentUserOnHub('shbt'),
      groups,
      ...(until !== undefined && { until }),
    });
  }
}
