/** Where one CoreDNS listens on 127.0.0.1, and how it gets into its cluster. */
export interface Place {
  port: number;
  healthPort: number;
  readyPort: number;
  /** Of the server that stands for the world outside of the cluster. */
  outsidePort: number;
  kubeconfig: string;
}

/** A Corefile for a place. */
export type Corefile = (place: Place) => string;

/** A name that no cluster has: the resolver of a node would ask the world for it. */
export const OUTSIDE = { name: 'outside.test', address: '198.18.99.1' };

/** The file of Kubernetes' installers, but without their cache, which would hide what changes. */
export const stock: Corefile = (place) => stockBlock(place, ['cluster.local'], []);

/** clusterset.local within the distribution's own block, as CoreDNS' manual has it. */
export const inline: Corefile = (place) =>
  stockBlock(place, ['cluster.local', 'clusterset.local'], ['multicluster clusterset.local']);

/** The distribution's block as it was, and one more for clusterset.local. */
export const separate: Corefile = (place) => stock(place) + ownBlock(place);

/** The same, with more lines for the kubernetes plugin of the one more. */
export function separateWith(...lines: readonly string[]): Corefile {
  return (place) => stock(place) + ownBlock(place, lines);
}

/** The distribution's block as it was, and clusterset.local left to another server. */
export function stub(server: { port: number }): Corefile {
  const block = (lines: readonly string[]) => serverBlock('clusterset.local', lines);
  return (place) =>
    stock(place) + block([`:${place.port}`, 'errors', 'cache 5', `forward . 127.0.0.1:${server.port}`]);
}

/** A CoreDNS for nothing but clusterset.local, which a stub zone leads to. */
export const dedicated: Corefile = (place) =>
  serverBlock('clusterset.local', [
    `:${place.port}`,
    'errors',
    `health 127.0.0.1:${place.healthPort}`,
    `ready 127.0.0.1:${place.readyPort}`,
    ...kubernetes(place, ['clusterset.local'], ['multicluster clusterset.local', 'noendpoints']),
    'cache 5',
  ]);

/** The block for clusterset.local alone, with more lines for its kubernetes plugin, and more plugins. */
export function ownBlock(
  place: Place,
  lines: readonly string[] = [],
  plugins: readonly string[] = [],
): string {
  return serverBlock('clusterset.local', [
    `:${place.port}`,
    'errors',
    ...plugins,
    ...kubernetes(place, ['clusterset.local'], ['multicluster clusterset.local', ...lines]),
    'cache 5',
  ]);
}

/** The distribution's block with these zones, and more lines for its kubernetes plugin; and the world behind it. */
export function stockBlock(
  place: Place,
  zones: readonly string[],
  lines: readonly string[],
  key = '.',
): string {
  const own = serverBlock(key, [
    `:${place.port}`,
    'errors',
    `health 127.0.0.1:${place.healthPort}`,
    `ready 127.0.0.1:${place.readyPort}`,
    ...kubernetes(
      place,
      [...zones, 'in-addr.arpa', 'ip6.arpa'],
      ['pods insecure', 'fallthrough in-addr.arpa ip6.arpa', 'ttl 30', ...lines],
    ),
    `forward . 127.0.0.1:${place.outsidePort}`,
  ]);
  const world = serverBlock('.', [
    `:${place.outsidePort}`,
    `template IN A ${OUTSIDE.name} {`,
    `answer "{{ .Name }} 5 IN A ${OUTSIDE.address}"`,
    '}',
    'template ANY ANY {',
    'rcode NXDOMAIN',
    '}',
  ]);
  return own + world;
}

function kubernetes({ kubeconfig }: Place, zones: readonly string[], lines: readonly string[]): string[] {
  return [`kubernetes ${zones.join(' ')} {`, `kubeconfig ${kubeconfig}`, ...lines, '}'];
}

/** The first line is the port, `:53`. */
function serverBlock(key: string, [port, ...lines]: readonly string[]): string {
  return [`${key}${port} {`, 'bind 127.0.0.1', ...lines, '}', ''].join('\n');
}
