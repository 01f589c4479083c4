import { beforeEach, describe, expect, it } from 'vitest';
import { installCrds } from '#test/clusters/crds.ts';
import { until } from '#test/clusters/machine/until.ts';
import { skipWithout } from '#test/clusters/use-clusters.ts';
import { MEMBER_CRDS } from '#test/driver/install.ts';
import { type Corefile, inline, separate, stock } from '#test/e2e/dns-facts/corefiles.ts';
import { useFacts } from '#test/e2e/dns-facts/facts.ts';
import { importHeadless } from '#test/e2e/dns-facts/imports.ts';
import {
  type Look,
  look,
  ONLY_THE_SET_FAILS,
  outcome,
  THE_CLUSTER_FAILS,
  WELL,
} from '#test/e2e/dns-facts/look.ts';
import type { OwnCoreDns } from '#test/e2e/dns-facts/own-coredns.ts';
import { ALL_RIGHTS, type Readable, STOCK_RIGHTS, setRights } from '#test/e2e/dns-facts/rights.ts';
import { Poll } from './poll.ts';

const CRD = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions/serviceimports.multicluster.x-k8s.io';
const SERVICE_IMPORTS = '/apis/multicluster.x-k8s.io/v1alpha1/serviceimports';
/** What each block waits for its caches before CoreDNS answers without them. */
const STARTUP_TIMEOUT_MS = 5_000;
/** client-go waits up to a minute between two attempts, once it has failed often enough. */
const BACK_OFF_MS = 90_000;
/** Nothing of the set is there, and nothing is broken. */
const NOT_KNOWN: Look = { ...WELL, imported: 'NXDOMAIN' };

const facts = useFacts();

beforeEach(() => bringCrdBack());

const importDb = (address: string) =>
  importHeadless(facts().cluster.admin, 'db', 'shbt', [{ hostname: 'db-0', address }]);

async function removeCrd(): Promise<void> {
  const { admin } = facts().cluster;
  await admin.call('DELETE', CRD);
  await until('the CRD is gone', async () => (await admin.send('GET', CRD)).status === 404);
}

async function bringCrdBack(): Promise<void> {
  const { admin } = facts().cluster;
  await installCrds(admin, [MEMBER_CRDS]);
  // A kind that was there before is Established some time before it is served again.
  await until(
    'ServiceImports are served',
    async () => (await admin.send('GET', SERVICE_IMPORTS)).status === 200,
  );
  await importDb('198.18.2.7');
}

/** Ends every watch, as the API server does by itself after five to ten minutes. */
async function endWatches(): Promise<void> {
  const { apiServer } = facts().cluster;
  await apiServer.stop();
  await apiServer.start();
}

async function becomes(dns: OwnCoreDns, expected: Look): Promise<void> {
  const isSo = async () => JSON.stringify(await look(dns)) === JSON.stringify(expected);
  try {
    await until('all is as expected', isSo, { timeoutMs: BACK_OFF_MS });
  } catch {
    expect(await look(dns)).toEqual(expected);
  }
}

/** Any other text than before, that means the same. */
const touched =
  (corefile: Corefile): Corefile =>
  (place) =>
    corefile(place).replace('errors', 'errors\n  loadbalance round_robin');

/** With a file that it looks at every two seconds: the shortest interval that it takes. */
const watched =
  (corefile: Corefile): Corefile =>
  (place) =>
    corefile(place).replace('errors', 'errors\n  reload 2s 0s');

const without = (kind: Readable) => ALL_RIGHTS.filter((one) => one !== kind);

const KINDS = [
  { kind: "the cluster's own block", name: 'inline', corefile: inline, blocks: 1, broken: THE_CLUSTER_FAILS },
  { kind: 'a block apart', name: 'separate', corefile: separate, blocks: 2, broken: ONLY_THE_SET_FAILS },
];

describe.each(KINDS)('clusterset.local in $kind', ({ name, corefile, blocks, broken }) => {
  it('loses its CRD: names are gone, and a reload breaks what can break', async () => {
    const dns = await facts().start({ name: `${name}-crd`, corefile });
    await becomes(dns, WELL);
    await removeCrd();
    await becomes(dns, NOT_KNOWN);
    await dns.reload(touched(corefile));
    expect(await look(dns)).toEqual(broken);
    await bringCrdBack();
    await becomes(dns, WELL);
  });

  it('loses its right: nothing shows it, until a reload breaks what can break', async (context) => {
    skipWithout(context, facts().cluster, 'restart');
    const account = `${name}-right`;
    const dns = await facts().start({ name: account, corefile });
    await setRights(facts().cluster, account, STOCK_RIGHTS);
    const late = `late-${name}`;
    await endWatches();
    await importHeadless(facts().cluster.admin, late, 'shbt', [{ hostname: 'x', address: '198.18.2.9' }]);
    await importDb('198.18.2.8');
    const moved = async () =>
      (await dns.ask({ name: 'db.prod.svc.clusterset.local', type: 'A' })).answers[0] === '198.18.2.8';
    await until('endpoints still move', moved, { timeoutMs: BACK_OFF_MS });
    expect(await look(dns)).toEqual(WELL);
    expect(await outcome(dns, `${late}.prod.svc.clusterset.local`)).toBe('NXDOMAIN');
    await dns.reload(touched(corefile));
    expect(await look(dns)).toEqual(broken);
    await setRights(facts().cluster, account, ALL_RIGHTS);
    await becomes(dns, WELL);
    expect(await outcome(dns, `${late}.prod.svc.clusterset.local`)).toBe('resolves');
  });

  it('lacks the right to read EndpointSlices: the cluster’s own names fail, too', async () => {
    const account = `${name}-slices`;
    const rights = without('endpointslices');
    const dns = await facts().start({ name: account, corefile, rights });
    expect(await look(dns)).toEqual(THE_CLUSTER_FAILS);
    expect(dns.startMs).toBeGreaterThan(blocks * STARTUP_TIMEOUT_MS);
    await setRights(facts().cluster, account, ALL_RIGHTS);
    await becomes(dns, WELL);
  });

  it('comes by a reload without the right to it: all that ran before is answered meanwhile', async () => {
    const dns = await facts().start({ name: `${name}-early`, corefile: stock, rights: STOCK_RIGHTS });
    expect(await dns.ready()).toBe(200);
    const answers = Poll.start(() => outcome(dns, 'missing.default.svc.cluster.local'));
    const probes = Poll.start(async () => `${await dns.ready()}`);
    const began = performance.now();
    await dns.reload(corefile);
    expect(performance.now() - began).toBeGreaterThan(STARTUP_TIMEOUT_MS);
    const seen = await answers.end();
    expect(seen[0]).toBe('NXDOMAIN');
    expect(seen).not.toContain('no answer');
    expect((await probes.end()).at(-1)).toBe(`${broken.ready}`);
    expect(await look(dns)).toEqual(broken);
  });

  it('comes and goes in the right order, and all is well at every step', async () => {
    const account = `${name}-order`;
    await removeCrd();
    const dns = await facts().start({ name: account, corefile: watched(stock), rights: STOCK_RIGHTS });
    const poll = Poll.start(() => outcome(dns, 'missing.default.svc.cluster.local'));
    await bringCrdBack();
    await setRights(facts().cluster, account, ALL_RIGHTS);
    dns.write(watched(corefile));
    await becomes(dns, WELL);
    dns.write(watched(stock));
    await becomes(dns, { ...WELL, imported: 'NXDOMAIN' });
    await setRights(facts().cluster, account, STOCK_RIGHTS);
    await removeCrd();
    await dns.reload(touched(stock));
    expect(await look(dns)).toEqual(NOT_KNOWN);
    expect(await poll.end()).toEqual(['NXDOMAIN']);
    await bringCrdBack();
  });
});

describe('the plugin `reload`', () => {
  it('keeps the old file when the new one is wrong, tries it once, and takes the next good one', async () => {
    const dns = await facts().start({ name: 'reload', corefile: watched(stock) });
    dns.write((place) => watched(separate)(place).replace('multicluster ', 'multizone '));
    const words =
      'Corefile changed but reload failed: starting with listener file descriptors: plugin/kubernetes';
    await until('it has said so', () => dns.output.includes(words));
    expect(await look(dns)).toEqual(NOT_KNOWN);
    dns.write(watched(separate));
    await becomes(dns, WELL);
    expect(dns.output.split(words)).toHaveLength(2);
  });
});
