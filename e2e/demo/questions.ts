import { setTimeout as pause } from 'node:timers/promises';
import { ask } from '#test/resolver/resolve.ts';
import type { Expectation } from './expectations.ts';
import { type Answer, isRight } from './table.ts';

/** One CoreDNS that can be asked. */
export interface DnsServer {
  cluster: string;
  server: string;
  port: number;
}

const PROTOCOLS = ['udp', 'tcp'] as const;
const POLL_MS = 10;

/** Asks every expectation once, in each member it is about, over UDP and TCP. */
export async function askAll(
  expectations: readonly Expectation[],
  servers: readonly DnsServer[],
): Promise<Answer[]> {
  const answers: Answer[] = [];
  for (const expectation of expectations) {
    for (const server of servers) {
      if (expectation.askedIn !== undefined && expectation.askedIn !== server.cluster) continue;
      for (const protocol of PROTOCOLS) answers.push(await askOne(expectation, server, protocol));
    }
  }
  return answers;
}

/**
 * Asks until every answer is right, or until the deadline; the last answers are returned either way, so that a
 * wrong one can be shown. `ms` is the time until the last one came right.
 */
export async function askUntilRight(
  askOnce: () => Promise<Answer[]>,
  deadlineMs: number,
): Promise<{ answers: Answer[]; ms: number }> {
  const started = performance.now();
  for (;;) {
    const answers = await askOnce();
    const ms = performance.now() - started;
    if (answers.every(isRight) || ms > deadlineMs) return { answers, ms };
    await pause(POLL_MS);
  }
}

async function askOne(
  { name, type, want }: Expectation,
  { cluster, server, port }: DnsServer,
  protocol: 'udp' | 'tcp',
): Promise<Answer> {
  const { answers, rcode } = await ask({ server, port, name, type: type === 'SRV' ? 'SRV' : 'A', protocol });
  // A name that must not exist is right only as NXDOMAIN: SERVFAIL is no answer at all.
  const failed = rcode !== 'NOERROR' && rcode !== 'NXDOMAIN';
  const got = failed ? [rcode] : type === 'SRV' ? answers.map(targetAndPort).sort() : answers;
  return { name, askedIn: cluster, protocol, got, want };
}

/** `0 25 5432 db-0.zzzc….local.` as `db-0.zzzc….local:5432`: priority and weight are the server's choice. */
function targetAndPort(record: string): string {
  const [, , port, target = ''] = record.split(' ');
  return `${target.replace(/\.$/, '')}:${port}`;
}
