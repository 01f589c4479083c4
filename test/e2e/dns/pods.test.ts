import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { services } from '#apis/kubernetes/service.ts';
import { Releases } from '#test/charts/driver/release.ts';
import { toolsOf } from '#test/charts/driver/use-helms.ts';
import { useSet } from '#test/driver/use-set.ts';
import { STOCK_RIGHTS, setRights } from '#test/e2e/dns-facts/rights.ts';
import { Administrator } from './administrator.ts';
import { ClusterCoreDns } from './cluster-coredns.ts';
import { type Known, names } from './names.ts';
import { PodResolver } from './pod-resolver.ts';
import { Poll } from './poll.ts';
import { CLIENT, createWorkload, exportMany, MANY, NS } from './workload.ts';

const MEMBERS = ['zzzc', 'shbt'];
const HELM = process.env['HELM_BIN'] ? 'HELM_BIN' : 'Helm 4';
/** What every step of a search list that leads nowhere gets. */
const DENIED = 'missing.default.svc.cluster.local';
const IMPORTED = `web.${NS}.svc.clusterset.local`;

/** One story: what one test sets up, the next one takes down or changes. */
describe('names of the set in clusters whose own DNS is as distributions ship it', () => {
  const set = useSet({
    members: MEMBERS,
    each: { zzzc: { node: true }, shbt: { node: true } },
    namespaces: [NS],
  });
  const home = mkdtempSync(join(tmpdir(), 'tombolo-dns-'));
  const admins = new Map<string, Administrator>();
  const known = new Map<string, Known>();
  const everywhere = <T>(act: (admin: Administrator) => Promise<T>): Promise<T[]> =>
    Promise.all([...admins.values()].map(act));

  beforeAll(async () => {
    const tools = await toolsOf(HELM);
    const pods: Record<string, string> = {};
    await Promise.all(
      set().members.map(async (member) => {
        const cluster = set().cluster(member.id);
        const dns = new ClusterCoreDns(cluster);
        admins.set(member.id, new Administrator(new Releases(cluster, tools, home), dns, home));
        await setRights(cluster, 'coredns', STOCK_RIGHTS);
        [pods[member.id]] = await Promise.all([createWorkload(member, cluster), dns.becomeStock()]);
      }),
    );
    await exportMany(set().member('zzzc'));
    for (const member of set().members) {
      await member.awaitAddresses(NS, 'many', 'zzzc', many());
      const { spec } = await member.awaitImport(NS, 'web', ({ spec }) => {
        if (spec?.ips?.[0] === undefined) throw new Error('it has no address yet');
      });
      const kubernetes = await member.client.get(services, { namespace: 'default', name: 'kubernetes' });
      known.set(member.id, {
        resolver: new PodResolver(set().cluster(member.id), CLIENT),
        kubernetes: kubernetes.spec?.clusterIP ?? '',
        web: spec?.ips?.[0] ?? '',
        pods,
      });
    }
  });
  afterAll(() => rmSync(home, { recursive: true, force: true }));

  /** Changes the DNS of all members; while it does, what the cluster denies stays denied. */
  async function whileAllIsWell(change: (admin: Administrator) => Promise<unknown>): Promise<void> {
    await everywhere(async (admin) => {
      const poll = Poll.start(() => admin.dns.code(DENIED));
      await change(admin);
      expect(await poll.end()).toEqual(['NXDOMAIN']);
    });
  }

  it('are not known at first', async () => {
    for (const code of await everywhere(({ dns }) => dns.code(IMPORTED))) expect(code).not.toBe('NOERROR');
  });

  describe('dns.mode=manual: an administrator who does what NOTES say', () => {
    it('makes them known, and no name of the cluster fails meanwhile', async () => {
      await whileAllIsWell((admin) => admin.followsManual());
    });
    names(MEMBERS, see);
    it('takes them away in the reverse order', async () => {
      await whileAllIsWell((admin) => admin.undoesManual());
    });
  });

  describe('dns.mode=native-block: a platform that imports server blocks from a ConfigMap', () => {
    it('makes them known, and no name of the cluster fails meanwhile', async () => {
      await whileAllIsWell((admin) => admin.installsNativeBlock());
    });
    names(MEMBERS, see);
    it('forgets them when the release is uninstalled', async () => {
      await whileAllIsWell((admin) => admin.uninstalls());
    });
  });

  describe('dns.mode=forward: a CoreDNS of the chart’s behind a stub zone', () => {
    it('makes them known, and no name of the cluster fails meanwhile', async () => {
      await whileAllIsWell((admin) => admin.installsForward());
    });
    names(MEMBERS, see);
    it('forgets them when the stub zone and then the release are gone', async () => {
      await whileAllIsWell((admin) => admin.undoesForward());
    });
  });

  function see(id: string): Known {
    const found = known.get(id);
    if (found === undefined) throw new Error(`nothing is known of ${id}`);
    return found;
  }
});

function many(): string[] {
  return Array.from({ length: MANY }, (_, n) => `198.18.10.${n}`);
}
