import { beforeAll, expect, it } from 'vitest';
import { until } from '#test/clusters/machine/until.ts';
import { stub } from './corefiles.ts';
import type { Facts } from './facts.ts';
import type { Fleet } from './fleet.ts';
import { importHeadless } from './imports.ts';
import { look, ONLY_THE_SET_FAILS, WELL } from './look.ts';
import { STOCK_RIGHTS } from './rights.ts';

const PODS = 40;
const BIG = { name: 'big.prod.svc.clusterset.local', type: 'A' } as const;

/** Answers of more than 512 bytes, from the cluster's DNS itself and through a stub zone. */
export function sizes(facts: () => Facts, fleet: () => Fleet): void {
  beforeAll(async () => {
    const pods = Array.from({ length: PODS }, (_, n) => ({
      hostname: `big-${n}`,
      address: `198.18.3.${n + 1}`,
    }));
    await importHeadless(facts().cluster.admin, 'big', 'shbt', pods);
    for (const dns of [fleet().separate, fleet().stub]) {
      const known = async () => (await dns.ask({ ...BIG, protocol: 'tcp' })).answers.length === PODS;
      await until('all pods are known', known);
    }
  });

  it.each([
    ['directly', () => fleet().separate],
    ['through a stub zone', () => fleet().stub],
  ])('%s 40 pods are cut short over UDP and whole over TCP', async (_, dns) => {
    const udp = await dns().ask({ ...BIG, edns: false });
    expect(udp.truncated).toBe(true);
    expect(udp.answers.length).toBeLessThan(PODS);
    const tcp = await dns().ask({ ...BIG, edns: false, protocol: 'tcp' });
    expect([tcp.truncated, tcp.answers.length]).toEqual([false, PODS]);
  });

  it.each([
    ['directly', () => fleet().separate],
    ['through a stub zone', () => fleet().stub],
  ])('%s 40 pods are whole over UDP for a client that says how much it takes (EDNS0)', async (_, dns) => {
    const reply = await dns().ask({ ...BIG, edns: true });
    expect([reply.truncated, reply.answers.length]).toEqual([false, PODS]);
  });

  it('directly, ports and names of 40 pods need TCP in any case', async () => {
    expect((await fleet().separate.ask({ ...BIG, type: 'SRV' })).truncated).toBe(true);
    const { answers, additionals } = await fleet().separate.ask({ ...BIG, type: 'SRV', protocol: 'tcp' });
    expect([answers.length, additionals.length]).toEqual([PODS, PODS]);
  });

  it('through a stub zone all is as well as directly, and the cluster’s DNS needs no right', async () => {
    expect(await look(fleet().stub)).toEqual(WELL);
  });

  it('through a stub zone whose server is gone, clusterset.local is told to have failed, and nothing else is', async () => {
    const { dedicated } = fleet();
    await dedicated.stop();
    const corefile = stub(dedicated);
    const fresh = await facts().start({ name: 'stub-alone', corefile, rights: STOCK_RIGHTS });
    expect(await look(fresh)).toEqual(ONLY_THE_SET_FAILS);
  });
}
