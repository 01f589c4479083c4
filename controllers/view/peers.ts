import type { EndpointPort } from '#apis/kubernetes/endpoint-slice.ts';
import type { BookEntry } from './address-book.ts';

/** The lists of peers that can be made of the address book. */
export type PeerForm = 'hosts' | 'env' | 'etcd' | 'mongodb' | 'kafka';

/** The numbers that these programs are known by. */
const WELL_KNOWN: Partial<Record<PeerForm, number>> = { etcd: 2380, mongodb: 27017, kafka: 9092 };

/** The text, or why there is none, in one line that says what to do. */
export type PeerList = { text: string } | { problem: string };

/**
 * Lists peers in the order of the book, so that the same pods give the same text; pods that are not ready are
 * among them, since a quorum does not shrink with them.
 *
 * - `hosts`: lines of /etc/hosts.
 * - `env`: `DB_PEERS=name,name` for each Service; with ports where `port` is given.
 * - `etcd`: the value of `--initial-cluster`; members are called `<hostname>.<cluster>`.
 * - `mongodb`: a connection string. `kafka`: the value of `bootstrap.servers`.
 *
 * `port` is a name or a number. Where it is not given, the program's well-known number counts if it is there, and
 * otherwise there must be only one.
 */
export function peerList(form: PeerForm, entries: readonly BookEntry[], port: string | undefined): PeerList {
  if (form === 'hosts') return { text: hostsOf(entries) };
  const lines: string[] = [];
  for (const pods of Map.groupBy(entries, ({ namespace, service }) => `${namespace}/${service}`).values()) {
    const peers: Peer[] = [];
    for (const entry of pods) {
      if (form === 'env' && port === undefined) {
        peers.push({ entry, at: entry.name, secure: false });
        continue;
      }
      const found = choosePort(entry, port, WELL_KNOWN[form]);
      if ('problem' in found) return found;
      const secure = found.appProtocol === 'https';
      peers.push({ entry, at: `${entry.name}:${found.port}`, secure });
    }
    lines.push(`${lineOf(form, peers)}\n`);
  }
  return { text: lines.join('') };
}

interface Peer {
  entry: BookEntry;
  /** Its name, with its port. */
  at: string;
  secure: boolean;
}

function lineOf(form: Exclude<PeerForm, 'hosts'>, peers: readonly Peer[]): string {
  const list = peers.map(({ at }) => at).join(',');
  switch (form) {
    case 'env':
      return `${variableOf(peers[0]?.entry.service ?? '')}_PEERS=${list}`;
    case 'etcd':
      return peers
        .map(({ entry, at, secure }) => `${entry.hostname}.${entry.cluster}=http${secure ? 's' : ''}://${at}`)
        .join(',');
    case 'mongodb':
      return `mongodb://${list}/`;
    case 'kafka':
      return list;
  }
}

function hostsOf(entries: readonly BookEntry[]): string {
  return entries
    .flatMap(({ addresses, name }) => addresses.map((address) => `${address} ${name}\n`))
    .join('');
}

function choosePort(
  { namespace, service, ports }: BookEntry,
  wanted: string | undefined,
  wellKnown: number | undefined,
): (EndpointPort & { port: number }) | { problem: string } {
  const numbered = ports.filter((port): port is EndpointPort & { port: number } => port.port !== undefined);
  const is = (text: string) => (port: EndpointPort) => port.name === text || String(port.port) === text;
  const [only, second] = numbered;
  const found =
    wanted !== undefined
      ? numbered.find(is(wanted))
      : (numbered.find(({ port }) => port === wellKnown) ?? (second === undefined ? only : undefined));
  if (found !== undefined) return found;
  const known = numbered.map(({ name, port }) => (name ? `${name} (${port})` : String(port))).join(', ');
  const has = `${namespace}/${service} has ${known === '' ? 'no port' : `ports ${known}`}`;
  return { problem: `${has}: say which one with --port` };
}

/** A name that shells take for a variable's. */
function variableOf(service: string): string {
  const name = service.toUpperCase().replaceAll('-', '_');
  return /^\d/.test(name) ? `_${name}` : name;
}
