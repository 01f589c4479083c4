import type { IEndpointSlice } from '#apis/kubernetes/endpoint-slice.ts';
import type { IService } from '#apis/kubernetes/service.ts';
import { headless, pod, service, slice } from '#test/driver/builders.ts';
import { addressOf } from '../journey/numbers.ts';

/** `set`: imported from the other cluster, under clusterset.local; `own`: the cluster's own, under cluster.local. */
export const LANES = ['set', 'own'] as const;
export type Lane = (typeof LANES)[number];

/** Where a lane's Services are; names of one length. */
export const NAMESPACES: Record<Lane, string> = { set: 'prod', own: 'home' };

/** The cluster that exports. */
export const EXPORTER = 'a';

/** What is asked for: an address of the Service itself, all of its pods, or one of them. */
export const KINDS = ['service', 'headless', 'pod'] as const;
export type Kind = (typeof KINDS)[number];

/** Endpoints of a slice. */
export const PODS = 10;
/** How many records an answer has. */
export const ANSWERS: Record<Kind, number> = { service: 1, headless: PODS, pod: 1 };

const ZONES: Record<Lane, string> = { set: 'clusterset.local', own: 'cluster.local' };

/** So many of each: those with an address of their own, and headless ones. */
const addressed = (n: number): string => `web-${n}`;
export const headlessName = (n: number): string => `db-${n}`;

/** All Services of a lane. */
export function servicesOf(lane: Lane, count: number): IService[] {
  const all = Array.from({ length: count }, (_, n) => n);
  return [
    ...all.map((n) => service(NAMESPACES[lane], addressed(n))),
    ...all.map((n) => headless(NAMESPACES[lane], headlessName(n))),
  ];
}

/** The slice of each of them; no two endpoints share an address. */
export function slicesOf(lane: Lane, count: number): IEndpointSlice[] {
  const first = LANES.indexOf(lane) * 2 * count;
  return servicesOf(lane, count).map(({ metadata: { name } }, n) =>
    slice(
      NAMESPACES[lane],
      name,
      'x7k2p',
      Array.from({ length: PODS }, (_, at) => pod(`${name}-${at}`, addressOf((first + n) * PODS + at))),
    ),
  );
}

/** The first number that no endpoint has at the beginning. */
export const firstChange = (count: number): number => LANES.length * 2 * count * PODS;

/** Every name of a kind. */
export function namesOf(lane: Lane, kind: Kind, count: number): string[] {
  const below = `${NAMESPACES[lane]}.svc.${ZONES[lane]}`;
  return Array.from({ length: count }, (_, n) => {
    if (kind === 'service') return `${addressed(n)}.${below}`;
    if (kind === 'headless') return `${headlessName(n)}.${below}`;
    const podName = `${headlessName(n)}-${n % PODS}`;
    const within = lane === 'set' ? `${podName}.${EXPORTER}` : podName;
    return `${within}.${headlessName(n)}.${below}`;
  });
}
