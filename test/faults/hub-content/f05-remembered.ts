import { expect } from 'vitest';
import { memberNamespace } from '#apis/hub/member.ts';
import { type ILease, leases } from '#apis/kubernetes/lease.ts';
import { HUB_LEASE_NAME } from '#controllers/membership/lease-controller.ts';
import { STATE_LEASE_NAME } from '#controllers/membership/state.ts';
import { AGENT_NAMESPACE } from '#src/install/member.ts';
import { headless, pod, slice } from '#test/driver/builders.ts';
import { eventually } from '#test/driver/eventually.ts';
import { awaitNothingOf } from '#test/driver/imported.ts';
import type { OpenedSet } from '#test/driver/use-set.ts';
import { says } from '#test/driver/witness.ts';
import { Deletions } from '../frame/deletions.ts';
import { fault } from '../frame/fault.ts';

const NS = 'remembered';

/** What nothing but the Lease can tell: the report on the hub is what it would be anyway, only older. */
export function remembered(set: OpenedSet): void {
  const zzzc = () => set().member('zzzc');

  fault('F05', 'while an exporter is away and withdraws what only the lost history had', async (finding) => {
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
    const deletions = await Deletions.since(set());
    await zzzc().unexports(NS, 'lost');
    await set().cluster('hub').etcd.restore(snapshot, 'plain');

    const agent = set().startAgent('zzzc');
    const { why } = await says(
      agent,
      'the hub went back in time: listing everything anew and asserting everything again',
    );
    expect(why).toMatch(/Lease gave version \d+, an earlier one \d+/);
    for (const member of set().members) await awaitNothingOf(member, NS, 'lost');
    finding.deleted(
      await deletions.all(),
      set().members.map(({ id }) => `${id}: serviceimports ${NS}/lost`),
    );
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
