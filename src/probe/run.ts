import type { Clock } from '#src/runtime/clock.ts';
import { probeDns } from './dns.ts';
import { probeHttps } from './https.ts';
import type { ProbeReport, ProbeSpec } from './spec.ts';
import { probeTcp } from './tcp.ts';

/** The time that answers are measured by. */
export type ProbeClock = Pick<Clock, 'now' | 'monotonic'>;

/** Tries everything at once, each once. Never rejects: what failed is in the report. */
export async function runProbe(spec: ProbeSpec, { clock }: { clock: ProbeClock }): Promise<ProbeReport> {
  const { https = [], dns = [], tcp = [], timeoutMs } = spec;
  const [ofHttps, ofDns, ofTcp] = await Promise.all([
    Promise.all(https.map((one) => probeHttps(one, timeoutMs, clock))),
    Promise.all(dns.map((one) => probeDns(one, timeoutMs, clock))),
    Promise.all(tcp.map((one) => probeTcp(one, timeoutMs, clock))),
  ]);
  return { now: clock.now(), https: ofHttps, dns: ofDns, tcp: ofTcp };
}
