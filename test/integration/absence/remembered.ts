import { expect, it } from 'vitest';
import { memberNamespace } from '#apis/hub/member.ts';
import { type ILease, leases } from '#apis/kubernetes/lease.ts';
import { HUB_LEASE_NAME } from '#controllers/membership/lease-controller.ts';
import { STATE_LEASE_NAME } from '#controllers/membership/state.ts';
import { AGENT_NAMESPACE } from '#src/install/member.ts';
import { deletedByAgent } from '#test/driver/audit.ts';
import { headless, pod, slice } from '#test/driver/builders.ts';
import { eventually } from '#test/driver/eventually.ts';
import { awaitNothingOf } from '#test/driver/imported.ts';
import { marksOfAll, type Opened } from './shared.ts';
import { says } from './witness.ts';

const NS = 'remembered';

/** What nothing but the Lease can tell: the report on the hub is what it would be anyway, only older. */
export function remembered(set: Opened): void {
  const zzzc = () => set().member('zzzc');

  it('what was exported in the lost history and withdrawn while the agent was away goes everywhere', async () => {
    await zzzc().service(headless(NS, 'kept'));
    await zzzc().slice(slice(NS, 'kept', 'a', [pod('kept-0', '198.18.1.7')]));
    await zzzc().exports(NS, 'kept');
    for (const member of set().members) await member.awaitAddresses(NS, 'kept', 'zzzc', ['198.18.1.7']);
    const snapshot = await set().cluster('hub').etcd.save();
    // Not below the one in the snapshot, which the agent's own note may be a renewal behind.
    const { metadata: held } = await set().hub.get(leases, {
      namespace: memberNamespace('zzzc'),
      name: HUB_LEASE_NAME,
    });

    await zzzc().marks(NS, 'lost');
    for (const member of set().members) await member.awaitImport(NS, 'lost');
    await set().restartAgent('zzzc');
    await eventually('the Lease is renewed once more', async () => {
      expect(Number(await renewal())).toBeGreaterThan(Number(held.resourceVersion));
    });
    await set().stopAgent('zzzc');
    const marks = await marksOfAll(set());
    await zzzc().unexports(NS, 'lost');
    await set().cluster('hub').etcd.restore(snapshot, 'plain');

    const agent = set().startAgent('zzzc');
    const { why } = await says(
      agent,
      'the hub went back in time: listing everything anew and asserting everything again',
    );
    expect(why).toMatch(/Lease gave version \d+, an earlier one \d+/);
    for (const member of set().members) await awaitNothingOf(member, NS, 'lost');
    await set().settle(NS);
    for (const { id } of set().members) {
      const deleted = await deletedByAgent(set().cluster(id), marks[id]);
      expect(deleted.filter((what) => !/\/(lost|marker-)/.test(what))).toEqual([]);
    }
  });

  /** The highest version that a renewal has returned, as the agent remembers it. */
  async function renewal(): Promise<string | undefined> {
    const lease: ILease = await zzzc().client.get(leases, {
      namespace: AGENT_NAMESPACE,
      name: STATE_LEASE_NAME,
    });
    return lease.metadata.annotations?.['tombolo.dev/hub-lease-version'];
  }
}
