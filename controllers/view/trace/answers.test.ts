import { describe, expect, it } from 'vitest';
import { scene } from '#test/builders/traces.ts';
import { type Answers, answersTo, specOf, trialOf, walkAnswers } from './answers.ts';
import { Fixes } from './facts.ts';

const fixes = new Fixes({ program: 'tombolo', clusters: '', kubeconfig: '' });
const SERVERS = [
  { name: 'kube-system/coredns-a', address: '10.1.0.2', port: 53 },
  { name: 'kube-system/coredns-b', address: '10.1.0.3', port: 53 },
];
const POD = { namespace: 'prod', service: 'db', pod: { hostname: 'db-0', cluster: 'zzzc' } };
const { shbt } = scene();
const trial = trialOf(shbt, 'zzzc', POD, SERVERS, 'clusterset.local');
const NAME = 'db-0.zzzc.db.prod.svc.clusterset.local';

/** All is well, but for what `dns` says of the questions by their number. */
function answers(
  dns: Record<number, Partial<Answers['dns'][number]>> = {},
  tcp: Partial<Answers['tcp'][number]> = {},
): Answers {
  return {
    dns: trial.dns.map(({ server, transport }, at) => ({
      server,
      transport,
      ok: true,
      rcode: 'NOERROR',
      answers: ['198.18.1.7'],
      ...dns[at],
    })),
    tcp: trial.tcp.map(({ host, port }) => ({ host, port, ok: true, latencyMs: 2, ...tcp })),
  };
}

const results = (given: Parameters<typeof walkAnswers>[2]) =>
  walkAnswers(shbt, trial, given, fixes).map(
    ({ hop, object, result, id, says }) => `${hop} ${object}: ${id ?? result}: ${says}`,
  );

it('every DNS pod is asked over UDP and over TCP, and every pod of the exporter is connected to', () => {
  expect(
    trial.dns.map(({ server, transport, type, name }) => `${server} ${transport} ${type} ${name}`),
  ).toEqual(
    SERVERS.flatMap(({ address }) => ['udp', 'tcp'].map((transport) => `${address} ${transport} A ${NAME}`)),
  );
  expect(trial.tcp).toEqual([{ host: '198.18.1.7', port: 5432 }]);
  expect(results(answers())).toEqual([
    ...SERVERS.flatMap(({ name }) =>
      ['UDP', 'TCP'].map((over) => `DNS over ${over} ${name} A ${NAME}: ok: 198.18.1.7`),
    ),
    'TCP connect 198.18.1.7:5432: ok: 2 ms',
  ]);
});

it('behind a clusterset IP that address is asked for, and connected to first', () => {
  const { shbt: importer } = scene('ClusterSetIP');
  const other = trialOf(importer, 'zzzc', { namespace: 'prod', service: 'db' }, SERVERS, 'clusterset.local');
  expect(other.expected).toEqual(['10.0.0.9']);
  expect(other.tcp.map(({ host }) => host)).toEqual(['10.0.0.9', '198.18.1.7']);
});

it('an answer that is cut over UDP is none that is wrong', () => {
  expect(results(answers({ 0: { ok: false, truncated: true, answers: [] } }))).toContainEqual(
    expect.stringContaining('ok: truncated: clients ask again over TCP'),
  );
});

describe('one DNS pod of several that answers otherwise is told, and nothing is connected to:', () => {
  it.each<[string, Partial<Answers['dns'][number]>, number, string]>([
    ['SERVFAIL', { ok: false, rcode: 'SERVFAIL', answers: [] }, 2, 'TB051'],
    ['REFUSED', { ok: false, rcode: 'REFUSED', answers: [] }, 2, 'TB052'],
    ['NXDOMAIN', { ok: false, rcode: 'NXDOMAIN', answers: [] }, 2, 'TB053'],
    ['another address', { answers: ['198.18.1.8'] }, 2, 'TB053'],
  ])('%s', (_what, answer, at, id) => {
    const told = results(answers({ [at]: answer }));
    expect(told.filter((line) => line.includes(`: ${id}: `))).toHaveLength(1);
    expect(told.some((line) => line.startsWith('TCP connect'))).toBe(false);
  });

  it.each([
    ['no answer over UDP', 2, 'TB053'],
    ['no answer over TCP alone', 3, 'TB054'],
  ])('%s', (_what, at, id) => {
    const { rcode: _, ...silent } = answers().dns[at] ?? {
      server: '',
      transport: 'udp',
      ok: false,
      answers: [],
    };
    const all = answers();
    const dns = all.dns.map((one, index) =>
      index === at ? { ...silent, ok: false, answers: [], error: 'no answer within 1 ms' } : one,
    );
    expect(results({ ...all, dns })).toContainEqual(
      expect.stringContaining(`: ${id}: no answer within 1 ms`),
    );
  });
});

it('a connection that is refused is the last hop', () => {
  expect(results(answers({}, { ok: false, error: 'connection refused: nobody listens there' })).at(-1)).toBe(
    'TCP connect 198.18.1.7:5432: TB055: connection refused: nobody listens there',
  );
});

it('what could not be tried says why', () => {
  expect(results({ notTried: 'no node' })).toEqual([
    `DNS ${NAME}: not tried: no node`,
    'TCP connect 198.18.1.7: not tried: no node',
  ]);
});

it('one probe answers several paths, each with its own part', () => {
  const report = { now: 0, https: [], ...answers() };
  const both = {
    now: 0,
    https: [],
    dns: [...report.dns, ...report.dns],
    tcp: [...report.tcp, ...report.tcp],
  };
  expect(specOf([trial, trial], 1).dns).toHaveLength(trial.dns.length * 2);
  expect(answersTo(both, [trial, trial], 1)).toEqual({ dns: report.dns, tcp: report.tcp });
});
