import { existsSync, statSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { deployments } from '#apis/kubernetes/deployment.ts';
import { secrets } from '#apis/kubernetes/secret.ts';
import { serviceExports } from '#apis/multicluster/service-export.ts';
import { AGENT_NAMESPACE, HUB_SECRET, MEMBER_ACCOUNT } from '#src/install/member.ts';
import { orAbsent } from '#src/kube/or-absent.ts';
import { invite } from '#test/driver/invitation.ts';
import { becomeMembers, EACH_TAKES_A_PROCESS_MS, joinsThoughKilled, leavesThoughKilled } from './lives.ts';
import { refusals } from './refusals.ts';
import { NS, useStage } from './stage.ts';

// After every single change: test/faults/killed/joining.long.test.ts.
describe('join and leave', () => {
  const stage = useStage();

  refusals(stage);

  it(
    'killed where it matters most and run again, a join finishes',
    async () =>
      void (await joinsThoughKilled(stage, {
        which: (change) => /secrets|deployments/.test(change),
        atLeast: 3,
      })),
    EACH_TAKES_A_PROCESS_MS,
  );

  it('two clusters join at once by one bundle: exactly one becomes the member, the other gets one clear line', async () => {
    const bundle = await invite(stage.hub(), 'shbt');
    const runs = await Promise.all(
      ['shbt', 'zzzc'].map((context) => stage.keyboard.joins(context, bundle, '-n', 'race')),
    );
    expect(runs.map(({ code }) => code).sort()).toEqual([0, 1]);
    const [loser] = runs.filter(({ code }) => code === 1);
    expect(loser?.err.filter((line) => /used up|used the bundle up/.test(line))).toHaveLength(1);
    const [won = '', lost = ''] = runs[0]?.code === 0 ? ['shbt', 'zzzc'] : ['zzzc', 'shbt'];
    const key = { namespace: 'race', name: HUB_SECRET };
    const held = (id: string) => orAbsent(stage.set().member(id).client.get(secrets, key));
    expect((await held(won))?.metadata.annotations?.['tombolo.dev/invitation']).toBe(bundle.invitation);
    // Nothing that the other could join by is left there.
    expect(await held(lost)).toBeUndefined();
    const left = await stage.keyboard.types(`leave --context ${won} -n race`);
    expect(left.code).toBe(0);
  });

  it('makes members, whose exports travel', () => becomeMembers(stage));

  it('join twice is join once: nothing is written the second time', async () => {
    const bundle = await invite(stage.hub(), 'shbt');
    expect((await stage.keyboard.joins('shbt', bundle)).code).toBe(0);
    const key = { namespace: AGENT_NAMESPACE, name: HUB_SECRET };
    const versions = async () => {
      const { client } = stage.set().member('shbt');
      const [secret, deployment] = await Promise.all([
        client.get(secrets, key),
        client.get(deployments, { ...key, name: MEMBER_ACCOUNT }),
      ]);
      return [secret, deployment].map(({ metadata }) => metadata.resourceVersion);
    };
    const before = await versions();
    const [since, onHub] = await Promise.all([
      stage.set().cluster('shbt').audit.mark(),
      stage.hub().audit.mark(),
    ]);
    const again = await stage.keyboard.joins('shbt', bundle);
    expect(again.code).toBe(0);
    expect(again.out.split('\n').filter((line) => line !== '' && !line.endsWith(' unchanged'))).toEqual([]);
    expect(await versions()).toEqual(before);
    // An apply that changes nothing is a patch all the same.
    const others = (await stage.written(stage.set().cluster('shbt'), since)).filter(
      ({ verb }) => verb !== 'patch',
    );
    expect(others).toEqual([]);
    const joins = await stage.hub().audit.entries({
      user: 'system:serviceaccount:member-shbt:tombolo-join',
      since: onHub,
    });
    expect(joins).toEqual([]);
  });

  it('join waits until the agent runs and the hub hears of it, and says what it waits for', async () => {
    const bundle = await invite(stage.hub(), 'shbt');
    const late = await stage.keyboard.joins('shbt', bundle, '--wait=true', '--timeout=1s');
    expect([late.code, late.err.at(-1)]).toEqual([
      1,
      'tombolo join: installed, but not well after 1s: Deployment tombolo-system/tombolo-member: 0 of 1 pods ready',
    ]);
    // What the stock controllers and a node would have come to.
    const { client } = stage.set().member('shbt');
    const found = await client.get(deployments, { namespace: AGENT_NAMESPACE, name: MEMBER_ACCOUNT });
    const { generation = 0 } = found.metadata;
    const status = {
      observedGeneration: generation,
      replicas: 1,
      updatedReplicas: 1,
      readyReplicas: 1,
      availableReplicas: 1,
    };
    await client.updateStatus(deployments, { ...found, status });
    const ran = await stage.keyboard.joins('shbt', bundle, '--wait=true', '--timeout=30s');
    expect(ran.err.slice(-3)).toEqual([
      'waiting (0s of 30s) for the agent to renew its Lease on the hub',
      'ok: the agent runs, and the hub hears of it',
      'next: tombolo status --wait --context shbt',
    ]);
  });

  it(
    'leave ends the agent, withdraws and clears up; killed on the way and run again, it finishes',
    async () =>
      void (await leavesThoughKilled(stage, {
        which: (change) => /memberreports|secrets|(exportedservices|serviceimports|status).*db/.test(change),
        atLeast: 5,
      })),
    EACH_TAKES_A_PROCESS_MS,
  );

  it('files for a repository: the token is nobody else’s to read, and a second attempt keeps it', async () => {
    const folder = stage.set().clusters.workspace.file('files');
    const bundle = await invite(stage.hub(), 'shbt');
    const since = await stage.set().cluster('shbt').audit.mark();
    const ran = await stage.keyboard.joins('shbt', bundle, '--output-dir', folder);
    expect(ran.code).toBe(0);
    expect(statSync(`${folder}/secret.yaml`).mode & 0o777).toBe(0o600);
    expect(['manifests.yaml', 'values.yaml'].every((file) => existsSync(`${folder}/${file}`))).toBe(true);
    expect((await stage.keyboard.joins('shbt', bundle, '--output-dir', folder)).code).toBe(0);
    expect(await stage.written(stage.set().cluster('shbt'), since)).toEqual([]);
  });

  it('without the hub it leaves all as it is; with --force it goes on here, and says what the hub’s admin has to do', async () => {
    const shbt = stage.set().member('shbt');
    await stage.set().stopAgent('shbt');
    await stage.hub().apiServer.stop();
    const ran = await stage.keyboard.types('leave --context shbt --timeout 2s');
    expect(ran.code).toBe(3);
    expect(ran.err).toEqual([
      expect.stringMatching(/^waiting \(at most 2s\) for the hub: .*ECONNREFUSED/),
      expect.stringMatching(/^tombolo leave: shbt: nothing can be withdrawn on the hub: .*ECONNREFUSED/),
      expect.stringMatching(/run this again when it can be used; or with --force/),
    ]);
    expect(await shbt.importedAddresses(NS, 'web', 'shbt')).toEqual(['198.18.2.2']);
    const agent = { namespace: AGENT_NAMESPACE, name: MEMBER_ACCOUNT };
    expect((await shbt.client.get(deployments, agent)).spec?.replicas).toBe(1);

    const forced = await stage.keyboard.types('leave --context shbt --timeout 1s --force');
    expect(forced.code).toBe(0);
    expect(forced.err.at(-1)).toMatch(/^next: tombolo hub member remove shbt --hub-context HUB: others keep/);
    expect(await shbt.importedSlices(NS, 'web')).toEqual([]);
    expect(await orAbsent(shbt.client.get(deployments, agent))).toBeUndefined();
    expect((await shbt.client.get(serviceExports, { namespace: NS, name: 'web' })).metadata.name).toBe('web');
  });
});
