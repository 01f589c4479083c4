import type { EndpointPort } from '#apis/kubernetes/endpoint-slice.ts';
import type { DnsAnswer, DnsQuestion, ProbeReport, ProbeSpec, TcpAnswer } from '#src/probe/spec.ts';
import { isReady } from '../counts.ts';
import type { Fixes, MemberFacts } from './facts.ts';
import { type At, broken, type Hop, notTried, passed } from './hop.ts';
import { importedFrom } from './imported.ts';
import { dnsNameOf, type Traced } from './name.ts';

/** One pod that answers names for the cluster. */
export interface DnsServer {
  /** `kube-system/coredns-…`. */
  name: string;
  address: string;
  port: number;
}

/** What is to be tried from within the importing cluster, and by what its answers are judged. */
export interface Trial {
  name: string;
  /** The addresses that the name must have; of one exporter, since others may come and go meanwhile. */
  expected: readonly string[];
  dns: readonly (DnsQuestion & { of: string })[];
  tcp: readonly { host: string; port: number }[];
}

/** A Service may have hundreds of pods; their networks are few. */
const MOST_CONNECTIONS = 5;

/** What to try of one exporter's part of an import. `servers`: the DNS pods, as far as they are known. */
export function trialOf(
  importer: MemberFacts,
  exporter: string,
  traced: Traced,
  servers: readonly DnsServer[],
  domain: string,
): Trial {
  const slices = importedFrom(importer, exporter);
  const endpoints = slices.flatMap((slice) =>
    (slice.endpoints ?? []).filter(isReady).map((endpoint) => ({ endpoint, ports: slice.ports ?? [] })),
  );
  const { pod } = traced;
  const meant = endpoints.filter(({ endpoint }) => pod === undefined || endpoint.hostname === pod.hostname);
  const addresses = meant.flatMap(({ endpoint }) => endpoint.addresses);
  const { type, ips = [], ports = [] } = importer.serviceImport?.spec ?? {};
  const virtual = type === 'ClusterSetIP';
  const expected = [...new Set(virtual ? ips : addresses)].sort();
  const name = dnsNameOf(traced, domain);
  const types = new Set(
    expected.map((address) => (address.includes(':') ? ('AAAA' as const) : ('A' as const))),
  );
  const dns = servers.flatMap(({ name: of, address: server, port }) =>
    [...types].flatMap((recordType) =>
      (['udp', 'tcp'] as const).map((transport) => ({
        of,
        server,
        port,
        name,
        type: recordType,
        transport,
      })),
    ),
  );
  const front = virtual ? ips.flatMap((host) => tcpPort(ports).map((port) => ({ host, port }))) : [];
  const behind = meant.flatMap(({ endpoint, ports: own }) =>
    endpoint.addresses.flatMap((host) => tcpPort(own).map((port) => ({ host, port }))),
  );
  return { name, expected, dns, tcp: [...front, ...behind.slice(0, MOST_CONNECTIONS)] };
}

/** The first TCP port; none where there is none. */
function tcpPort(ports: readonly EndpointPort[]): number[] {
  const found = ports.find(({ protocol = 'TCP', port }) => protocol === 'TCP' && port !== undefined);
  return found?.port === undefined ? [] : [found.port];
}

/** The trials of several paths as one spec: the answers come in the same order. */
export function specOf(trials: readonly Trial[], timeoutMs: number): ProbeSpec {
  return {
    dns: trials.flatMap(({ dns }) => dns.map(({ of: _, ...question }) => question)),
    tcp: trials.flatMap(({ tcp }) => tcp),
    timeoutMs,
  };
}

/** The part of a report that answers one trial, after `before` others. */
export function answersTo(report: ProbeReport, trials: readonly Trial[], index: number): Answers {
  const before = trials.slice(0, index);
  const dnsAt = before.reduce((sum, { dns }) => sum + dns.length, 0);
  const tcpAt = before.reduce((sum, { tcp }) => sum + tcp.length, 0);
  const trial = trials[index];
  return {
    dns: report.dns.slice(dnsAt, dnsAt + (trial?.dns.length ?? 0)),
    tcp: report.tcp.slice(tcpAt, tcpAt + (trial?.tcp.length ?? 0)),
  };
}

export interface Answers {
  dns: readonly DnsAnswer[];
  tcp: readonly TcpAnswer[];
}

/** The hops of names and connections. `answers`: what came of the trial, or why it was not tried. */
export function walkAnswers(
  { cluster, context }: MemberFacts,
  trial: Trial,
  answers: Answers | { notTried: string },
  fixes: Fixes,
): Hop[] {
  const dnsAt = { hop: 'DNS', cluster, object: trial.name };
  const tcpAt = { hop: 'TCP connect', cluster, object: trial.expected.join(', ') };
  if ('notTried' in answers) return [notTried(dnsAt, answers.notTried), notTried(tcpAt, answers.notTried)];
  const dns = trial.dns.map((question, at) =>
    dnsHop({ cluster, context, trial, fixes }, question, answers.dns, at),
  );
  const names =
    dns.length === 0
      ? [notTried(dnsAt, trial.expected.length === 0 ? 'there is no ready endpoint' : 'no DNS pod is known')]
      : dns;
  if (dns.some(({ result }) => result === 'broken')) return names;
  if (trial.tcp.length === 0)
    return [...names, notTried(tcpAt, 'there is no ready endpoint with a TCP port')];
  return [
    ...names,
    ...trial.tcp.map(({ host, port }, at) => {
      const place: At = {
        hop: 'TCP connect',
        cluster,
        object: host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`,
      };
      const answer = answers.tcp[at];
      if (answer?.ok) return passed(place, `${Math.round(answer.latencyMs ?? 0)} ms`);
      const routes = fixes.kubectl(context, 'get networkpolicies -A');
      return broken(place, 'TB055', answer?.error ?? 'the probe says nothing of it', routes);
    }),
  ];
}

interface Asking {
  cluster: string;
  context: string;
  trial: Trial;
  fixes: Fixes;
}

function dnsHop(
  { cluster, context, trial, fixes }: Asking,
  question: Trial['dns'][number],
  answers: readonly DnsAnswer[],
  at: number,
): Hop {
  const { transport, type, of } = question;
  const place: At = {
    hop: `DNS over ${transport.toUpperCase()}`,
    cluster,
    object: `${of} ${type} ${trial.name}`,
  };
  const answer = answers[at];
  const look = fixes.kubectl(context, '-n kube-system get configmap coredns -o yaml');
  if (answer === undefined) return broken(place, 'TB053', 'the probe says nothing of it', look);
  if (answer.truncated) return passed(place, 'truncated: clients ask again over TCP');
  if (answer.rcode === undefined) {
    const overUdp = transport === 'tcp' && answers[at - 1]?.rcode !== undefined;
    const policies = fixes.kubectl(context, 'get networkpolicies -A');
    return broken(place, overUdp ? 'TB054' : 'TB053', answer.error ?? 'no answer', overUdp ? policies : look);
  }
  if (answer.rcode === 'SERVFAIL') {
    const right = 'auth can-i list serviceimports.multicluster.x-k8s.io -A';
    const who = '--as system:serviceaccount:kube-system:coredns';
    return broken(place, 'TB051', 'SERVFAIL', fixes.kubectl(context, `${right} ${who}`));
  }
  if (answer.rcode === 'REFUSED') return broken(place, 'TB052', 'REFUSED: it does not know the zone', look);
  if (answer.rcode !== 'NOERROR') return broken(place, 'TB053', answer.rcode, look);
  const wanted = trial.expected.filter((address) => address.includes(':') === (type === 'AAAA'));
  const missing = wanted.filter((address) => !answer.answers.includes(address));
  if (missing.length > 0) {
    const got = answer.answers.join(', ') || 'no address';
    return broken(place, 'TB053', `${got}; ${missing.join(', ')} is missing`, look);
  }
  return passed(place, answer.answers.join(', '));
}
