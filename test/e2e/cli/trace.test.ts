import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DEFAULT_IMAGE } from '#src/install/deployment.ts';
import { AGENT_NAMESPACE } from '#src/install/member.ts';
import { tomboloImage } from '#test/charts/nodes/images.ts';
import { mergeKubeconfigs } from '#test/clusters/kubeconfig.ts';
import { tombolo } from '#test/driver/command-line.ts';
import { pods } from '#test/driver/running-pods.ts';
import { useSet } from '#test/driver/use-set.ts';
import { ClusterCoreDns } from '#test/e2e/dns/cluster-coredns.ts';
import { blocksOf } from '#test/e2e/dns/page.ts';
import { createWorkload, NS } from '#test/e2e/dns/workload.ts';
import { ALL_RIGHTS, STOCK_RIGHTS, setRights } from '#test/e2e/dns-facts/rights.ts';

const NAME = `db-0.zzzc.db.${NS}.svc.clusterset.local`;

/** One story: what one test sets up, the next one takes down. */
describe('trace, with pods that run and a DNS that answers', () => {
  const set = useSet({
    members: ['zzzc', 'shbt'],
    each: { zzzc: { node: true }, shbt: { node: true } },
    namespaces: [NS],
  });
  const home = mkdtempSync(join(tmpdir(), 'tombolo-trace-'));
  let address: string;
  let given: { kubeconfig: string; cache: string };

  beforeAll(async () => {
    const [zzzc, shbt] = [set().cluster('zzzc'), set().cluster('shbt')];
    const dns = new ClusterCoreDns(shbt);
    const contexts = ['zzzc', 'shbt', 'hub'].map((name) => [name, set().cluster(name).kubeconfig] as const);
    const { workspace } = set().clusters;
    given = {
      kubeconfig: workspace.write('trace.kubeconfig', mergeKubeconfigs(contexts)),
      cache: workspace.file('trace-cache'),
    };
    const [image] = await Promise.all([
      tomboloImage(home),
      createWorkload(set().member('zzzc'), zzzc).then((ip) => {
        address = ip;
      }),
      setRights(shbt, 'coredns', ALL_RIGHTS),
    ]);
    await shbt.node.loadImage(image);
    await dns.becomeStock();
    const [block = []] = blocksOf('## A block apart');
    await dns.hasBlock(block.join('\n'));
    await set().member('shbt').awaitAddresses(NS, 'db', 'zzzc', [address]);
    await dns.noticed(NAME, ['NOERROR']);
  });
  afterAll(() => rmSync(home, { recursive: true, force: true }));

  async function trace(): Promise<{ code: number | null; rows: string[][]; out: string }> {
    const words = ['trace', NAME, '--context', 'shbt', '--hub-context', 'hub', '--image', DEFAULT_IMAGE];
    const { code, out } = await tombolo(words, given).ended;
    return { code, out, rows: out.split('\n').map((line) => line.split(/ {3,}/)) };
  }

  it('reaches the answer of every DNS pod over UDP and TCP, and the pod itself', async () => {
    const { code, rows, out } = await trace();
    const last = rows
      .filter(([hop]) => /^(DNS|TCP)/.test(hop ?? ''))
      .map(([hop, , , , result]) => `${hop}: ${result}`);
    expect(last, out).toEqual([
      `DNS over UDP: ok: ${address}`,
      `DNS over TCP: ok: ${address}`,
      expect.stringMatching(/^TCP connect: ok: \d+ ms$/),
    ]);
    expect(code).toBe(0);
  });

  it('leaves no pod behind', async () => {
    const { items } = await set().member('shbt').client.list(pods, { namespace: AGENT_NAMESPACE });
    expect(
      items.map(({ metadata }) => metadata.name).filter((name) => name.startsWith('tombolo-probe')),
    ).toEqual([]);
  });

  it('ends at a CoreDNS that may not read ServiceImports, and says so', async () => {
    const shbt = set().cluster('shbt');
    await setRights(shbt, 'coredns', STOCK_RIGHTS);
    // What runs keeps what it has seen: only a new pod finds the right missing.
    const { client } = set().member('shbt');
    const { items } = await client.list(pods, {
      namespace: 'kube-system',
      labelSelector: 'k8s-app=kube-dns',
    });
    for (const { metadata } of items) {
      await client.delete(
        pods,
        { namespace: 'kube-system', name: metadata.name },
        { uid: metadata.uid ?? '' },
      );
    }
    await new ClusterCoreDns(shbt).noticed(NAME, ['SERVFAIL']);
    const { code, out } = await trace();
    expect(out).toMatch(/DNS over UDP +shbt +kube-system\/coredns-\S+ A \S+ +<none> +BROKEN TB051: SERVFAIL/);
    expect(out).toContain('TB051: kubectl create clusterrole tombolo-coredns');
    expect(out).not.toContain('TCP connect');
    expect(code).toBe(1);
  });
});
