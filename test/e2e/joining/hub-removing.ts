import { afterAll, expect, it } from 'vitest';
import { type IMember, members } from '#apis/hub/member.ts';
import { leases, NOTHING_LEFT_ANNOTATION } from '#apis/kubernetes/lease.ts';
import { namespaces } from '#apis/kubernetes/namespace.ts';
import { HUB_ACCOUNT, HUB_NAMESPACE } from '#src/install/hub.ts';
import { MEMBER_ACCOUNT } from '#src/install/member.ts';
import type { KubeClient } from '#src/kube/client.ts';
import { orAbsent } from '#src/kube/or-absent.ts';
import { microTime } from '#src/runtime/micro-time.ts';
import { serviceAccountKubeconfig } from '#test/clusters/service-account.ts';
import type { useClusters } from '#test/clusters/use-clusters.ts';
import { Agent } from '#test/driver/agent.ts';
import { edit } from '#test/driver/edit.ts';
import { eventually } from '#test/driver/eventually.ts';
import { HandWrittenMember } from '#test/driver/hand-written.ts';
import { type HubKeyboard, outcomes } from './hub-keyboard.ts';

interface Opened {
  hub: KubeClient;
  clusters: ReturnType<typeof useClusters>;
  keyboard: HubKeyboard;
  /** To be called at the end. */
  end: (() => Promise<unknown>)[];
}

/** The chapter after members have joined: shbt, which serves, and zzzc go again. */
export function removing(open: () => Opened): void {
  const types = (line: string) => open().keyboard.types(line);
  let controller: Agent | undefined;
  const startHub = async () => {
    const account = { namespace: HUB_NAMESPACE, name: HUB_ACCOUNT };
    const text = await serviceAccountKubeconfig(open().clusters.hub, account);
    const file = open().clusters.set.workspace.write('controller.kubeconfig', text);
    controller = Agent.hub({ kubeconfig: file });
  };
  afterAll(() => controller?.stop());

  it('is refused while it serves, and says what would disappear where', async () => {
    await startHub();
    await awaitMember('shbt', ({ status }) => status?.claimedUID !== undefined);
    await renews('shbt');
    await awaitMember('shbt', ({ status }) =>
      Boolean(status?.conditions?.some(({ type, status: is }) => type === 'Reachable' && is === 'True')),
    );
    const since = await open().clusters.hub.audit.mark();
    const ran = await types('hub member remove shbt');
    expect(ran.code).toBe(1);
    expect(ran.out).toMatch(/^prod +a +0 +nobody: the import goes/m);
    expect(ran.err).toEqual([
      'what the other members lose with shbt:',
      expect.stringMatching(/shbt is reachable and exports 3 Services: .*--still-serving/),
    ]);
    expect(await open().keyboard.writes(since)).toEqual([]);
    const dry = await types('hub member remove shbt --still-serving --dry-run=server');
    expect(dry.code).toBe(0);
    expect((await open().hub.get(members, { name: 'shbt' })).spec?.removed).toBeUndefined();
    expect(await there('shbt')).toEqual([true, true]);
  });

  it('states the removal before it deletes anything, and goes on where it was interrupted', async () => {
    await controller?.stop();
    controller = undefined;
    const ran = await types('hub member remove shbt --still-serving --timeout 1s');
    expect(ran.code).toBe(1);
    expect(ran.err.at(-1)).toMatch(
      /4 records of shbt are left after 1 s: .*hub member remove shbt.* goes on/,
    );
    const { spec, status } = await open().hub.get(members, { name: 'shbt' });
    expect(spec?.removed).toEqual([status?.claimedUID]);
    expect(await there('shbt')).toEqual([true, true]);
    await startHub();
    const again = await types('hub member remove shbt --timeout 30s');
    expect(again).toMatchObject({ code: 0 });
    expect(again.err.at(-1)).toBe('next: tombolo hub member list');
    expect(again.out).toContain('member.hub.tombolo.dev/shbt deleted');
    await eventually('nothing is left', async () => expect(await there('shbt')).toEqual([false, false]));
  });

  it('twice is once', async () => {
    const ran = await types('hub member remove shbt');
    expect(ran.code).toBe(0);
    expect(outcomes(ran)).toEqual(new Set(['not']));
  });

  it('deletes nothing where there is no Member to state it on, until there is one again', async () => {
    await types('hub member add slip --no-limits');
    const slip = await HandWrittenMember.join({ clusters: open().clusters.set }, 'slip');
    open().end.push(() => slip.close());
    await slip.reports(['prod.a']);
    await slip.exports('prod', 'a');
    await awaitMember('slip', ({ status }) => status?.claimedUID !== undefined);
    const { status, metadata } = await open().hub.get(members, { name: 'slip' });
    await open().hub.delete(members, { name: 'slip' }, { uid: metadata.uid ?? '' });
    const since = await open().clusters.hub.audit.mark();
    for (const flag of ['', ' --still-serving', ' --dry-run=server', ' --dry-run=client']) {
      const ran = await types(`hub member remove slip${flag}`);
      expect(ran).toMatchObject({ code: 1, out: '' });
      expect(ran.err).toEqual([
        expect.stringMatching(
          /has no Member slip, and what cluster .*run `tombolo hub member add slip` first/,
        ),
      ]);
      expect(ran.err[0]).toContain(status?.claimedUID);
    }
    expect(await open().keyboard.writes(since)).toEqual([]);
    expect(await there('slip')).toEqual([false, true]);

    await types('hub member add slip --no-limits');
    const ran = await types('hub member remove slip --timeout 30s');
    expect(ran).toMatchObject({ code: 0 });
    expect(ran.out).toContain('member.hub.tombolo.dev/slip deleted');
  });

  it('keeps the statement as long as a member may show something of the removed one', async () => {
    await types('hub member add bjpdc --no-limits');
    for (const id of ['zzzc', 'bjpdc']) {
      const member = await HandWrittenMember.join({ clusters: open().clusters.set }, id);
      open().end.push(() => member.close());
      await member.reports([]);
      await awaitMember(id, ({ status }) => status?.claimedUID !== undefined);
    }
    const ran = await types('hub member remove zzzc --timeout 1s');
    expect(ran.code).toBe(0);
    expect(ran.err.at(-2)).toBe('Member zzzc stays, since bjpdc may still show something of it');
    const { spec } = await open().hub.get(members, { name: 'zzzc' });
    // To be alive, and to have heard of it, is not to have done it: its own API server may be away.
    await renews('bjpdc');
    const again = await types('hub member remove zzzc --timeout 1s');
    expect(again.err.at(-2)).toBe('Member zzzc stays, since bjpdc may still show something of it');
    await edit(
      open().hub,
      leases,
      { namespace: 'member-bjpdc', name: MEMBER_ACCOUNT },
      ({ metadata, ...lease }) => ({
        ...lease,
        metadata: {
          ...metadata,
          annotations: { [NOTHING_LEFT_ANNOTATION]: spec?.removed?.join(',') ?? '' },
        },
      }),
    );
    const last = await types('hub member remove zzzc --timeout 1s');
    expect(last.out).toContain('member.hub.tombolo.dev/zzzc deleted');
    expect(await orAbsent(open().hub.get(members, { name: 'zzzc' }))).toBeUndefined();
  });

  async function awaitMember(name: string, is: (member: IMember) => boolean): Promise<void> {
    await eventually(`Member ${name}`, async () => {
      const member = await open().hub.get(members, { name });
      if (!is(member)) throw new Error(JSON.stringify(member.status));
    });
  }

  /** As an agent says that it is alive. */
  async function renews(id: string): Promise<void> {
    const renewTime = microTime(Date.now());
    const metadata = { namespace: `member-${id}`, name: MEMBER_ACCOUNT };
    await open().hub.create(leases, { metadata, spec: { leaseDurationSeconds: 40, renewTime } });
  }

  /** Whether Member and namespace are there. */
  async function there(name: string): Promise<boolean[]> {
    const found = await Promise.all([
      orAbsent(open().hub.get(members, { name })),
      orAbsent(open().hub.get(namespaces, { name: `member-${name}` })),
    ]);
    return found.map((object) => object !== undefined);
  }
}
