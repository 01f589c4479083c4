import type { Endpoint, EndpointPort } from '#apis/kubernetes/endpoint-slice.ts';
import type { IService, ServicePort } from '#apis/kubernetes/service.ts';
import { type Random, seededRandom } from '#test/bench/stats/random.ts';
import {
  type Fault,
  type LinkEnd,
  MEMBERS,
  type MemberId,
  type Operation,
  type Script,
  SERVICES,
  SLICES,
  type Step,
} from './script.ts';

/** How much happens in one history. */
const STEPS = { least: 8, most: 26 };
const LONGEST_PAUSE_MS = 40;
const LONGEST_FAULT_STEPS = 6;
const FAULT_SHARE = 0.3;

/** The history of a seed: first something is exported, then anything happens. */
export function generate(seed: number): Script {
  const draw = new Draw(seededRandom(seed));
  const steps: Step[] = [];
  for (const at of MEMBERS) {
    for (const service of SERVICES) {
      if (draw.chance(0.35)) continue;
      const made = [
        serviceAt(draw, at, service),
        sliceAt(draw, at, service, 'x'),
        exportAt(draw, at, service),
      ];
      steps.push(...made.map((one) => ({ ...one, pauseMs: 0 })));
    }
  }
  const length = draw.between(STEPS.least, STEPS.most);
  for (let left = length; left > 0; left--) {
    const pauseMs = draw.chance(0.5) ? 0 : draw.between(0, LONGEST_PAUSE_MS);
    if (draw.chance(FAULT_SHARE)) {
      steps.push({ ...faultOf(draw), lasts: draw.between(1, LONGEST_FAULT_STEPS), pauseMs });
    } else steps.push({ ...operationOf(draw), pauseMs });
  }
  return { seed, steps };
}

/** Draws from one stream of random numbers, so that a seed gives all of them. */
class Draw {
  readonly #random: Random;
  #addresses = 0;

  constructor(random: Random) {
    this.#random = random;
  }

  chance(share: number): boolean {
    return this.#random() < share;
  }

  /** Both ends included. */
  between(least: number, most: number): number {
    return least + Math.floor(this.#random() * (most - least + 1));
  }

  of<T>(choices: readonly [T, ...T[]]): T {
    return choices[this.between(0, choices.length - 1)] ?? choices[0];
  }

  /** By weight. */
  weighed<T>(choices: readonly [[number, () => T], ...[number, () => T][]]): T {
    let left = this.#random() * choices.reduce((sum, [weight]) => sum + weight, 0);
    for (const [weight, make] of choices) {
      left -= weight;
      if (left < 0) return make();
    }
    return choices[0][1]();
  }

  /** One that this history has not had: each belongs to one cluster. */
  address(at: MemberId, family: 'IPv4' | 'IPv6'): string {
    const cluster = MEMBERS.indexOf(at) + 1;
    this.#addresses += 1;
    return family === 'IPv4'
      ? `198.18.${cluster}.${this.#addresses % 250}`
      : `2001:2:0:1${cluster}::${this.#addresses.toString(16)}`;
  }
}

function operationOf(draw: Draw): Operation {
  const at = draw.of(MEMBERS);
  const service = draw.of(SERVICES);
  const slice = draw.of(SLICES);
  return draw.weighed<Operation>([
    [14, () => sliceAt(draw, at, service, slice)],
    [6, () => ({ do: 'no slice', at, service, slice })],
    [10, () => exportAt(draw, at, service)],
    [8, () => ({ do: 'no export', at, service })],
    [12, () => serviceAt(draw, at, service)],
    [4, () => ({ do: 'no service', at, service })],
    [3, () => ({ do: 'namespace goes', at })],
    [4, () => ({ do: 'namespace comes', at })],
    [5, () => ({ do: 'tamper', at, service, what: draw.of(['import', 'derived', 'slices', 'endpoints']) })],
    [4, () => ({ do: 'slip', at, what: draw.of(['report', 'services', 'slices']) })],
    [1.5, () => ({ do: 'precedence', mode: draw.of(['ExportTime', 'HubTime']) })],
    [1, () => ({ do: 'deny' })],
    [1.5, () => ({ do: 'allow' })],
    [1, () => ({ do: 'forbid', at })],
    [1.5, () => ({ do: 'permit', at })],
    [1.5, () => ({ do: 'leave', at })],
    [2.5, () => ({ do: 'join', at })],
  ]);
}

function faultOf(draw: Draw): Fault {
  const at = draw.of(MEMBERS);
  const link: LinkEnd = draw.of(['hub', 'hub', 'own']);
  return draw.weighed<Fault>([
    [3, () => ({ fault: 'refuse', at, link })],
    [3, () => ({ fault: 'blackhole', at, link })],
    [2, () => ({ fault: 'reset', at, link })],
    [2, () => ({ fault: 'stall', at, link })],
    [2, () => ({ fault: 'expire', at, link })],
    [2, () => ({ fault: 'cut', at, link })],
    [3, () => ({ fault: 'delay', at, link, ms: draw.between(5, 120) })],
    [4, () => ({ fault: 'lose replies', at, link, every: draw.between(1, 3) })],
    [4, () => statusOf(draw, at, link)],
    [1, () => ({ fault: 'cut lists', at, link, bytes: draw.between(0, 3_000) })],
    [3, () => ({ fault: 'kill', at })],
    [4, () => ({ fault: 'kill', at, afterWrite: draw.between(1, 6) })],
    [2, () => ({ fault: 'stop', at })],
    [1, () => ({ fault: 'twin', at })],
    [1, () => ({ fault: 'no hub controller' })],
  ]);
}

/** No lie that a server could not tell: a write that it has committed is never called a conflict, say. */
function statusOf(draw: Draw, at: MemberId, link: LinkEnd): Fault {
  const every = draw.between(1, 3);
  return draw.chance(0.5)
    ? { fault: 'status', at, link, to: 'reads', code: draw.of([500, 503, 504, 403, 404, 410, 401]), every }
    : { fault: 'status', at, link, to: 'writes', code: draw.of([500, 503, 504, 403, 401, 429]), every };
}

function serviceAt(draw: Draw, at: MemberId, service: (typeof SERVICES)[number]): Operation {
  if (draw.chance(0.04)) {
    return { do: 'service', at, service, spec: { type: 'ExternalName', ...EXTERNAL } };
  }
  const dual = at !== MEMBERS[0];
  const headless = draw.chance(0.35);
  const families = dual ? draw.of<string[]>([['IPv4'], ['IPv4'], ['IPv4', 'IPv6'], ['IPv6']]) : ['IPv4'];
  const affinity = draw.chance(0.2);
  const distribution = draw.of(['', '', '', 'PreferClose', 'PreferSameZone', 'PreferSameNode']);
  const spec: NonNullable<IService['spec']> = {
    ...(headless ? { clusterIP: 'None' } : draw.chance(0.15) ? { type: 'NodePort' } : {}),
    ipFamilies: families,
    ipFamilyPolicy: families.length > 1 ? 'RequireDualStack' : 'SingleStack',
    ports: draw.of<ServicePort[]>([
      [{ name: 'tcp', port: 80 }],
      [{ name: 'tcp', port: 80 }],
      [{ name: 'tcp', port: 81 }],
      [{ name: 'other', port: 80 }],
      [{ port: 80 }],
      [
        { name: 'tcp', port: 80 },
        { name: 'more', port: 90, appProtocol: 'kubernetes.io/h2c' },
      ],
    ]),
    ...(affinity && {
      sessionAffinity: 'ClientIP',
      sessionAffinityConfig: { clientIP: { timeoutSeconds: draw.of([10_800, 60]) } },
    }),
    ...(draw.chance(0.1) && { internalTrafficPolicy: 'Local' }),
    ...(distribution !== '' && { trafficDistribution: distribution }),
  };
  return { do: 'service', at, service, spec };
}

const EXTERNAL: object = { externalName: 'db.example.com' };

function exportAt(draw: Draw, at: MemberId, service: (typeof SERVICES)[number]): Operation {
  if (!draw.chance(0.25)) return { do: 'export', at, service };
  const labels = draw.of<Record<string, string>>([
    { team: 'red' },
    { team: 'blue' },
    { 'argocd.argoproj.io/instance': 'set' },
  ]);
  return { do: 'export', at, service, labels };
}

function sliceAt(
  draw: Draw,
  at: MemberId,
  service: (typeof SERVICES)[number],
  slice: (typeof SLICES)[number],
): Operation {
  if (draw.chance(0.03)) {
    const endpoints = [{ addresses: ['db.example.com'] }];
    return { do: 'slice', at, service, slice, addressType: 'FQDN', ports: [], endpoints };
  }
  const addressType = draw.chance(0.8) ? 'IPv4' : 'IPv6';
  const ports = draw.of<EndpointPort[]>([
    [{ name: 'tcp', port: 8080, protocol: 'TCP' }],
    [{ name: 'tcp', port: 8080, protocol: 'TCP' }],
    [
      { name: 'tcp', port: 8080, protocol: 'TCP' },
      { name: 'more', port: 9090, protocol: 'TCP' },
    ],
    [{ name: 'other', port: 8080, protocol: 'TCP' }],
    [{ name: '', port: 8080, protocol: 'TCP' }],
    [],
  ]);
  const endpoints = Array.from({ length: draw.between(0, 3) }, (_, n) =>
    endpointAt(draw, at, addressType, n),
  );
  return { do: 'slice', at, service, slice, addressType, ports, endpoints };
}

function endpointAt(draw: Draw, at: MemberId, family: 'IPv4' | 'IPv6', n: number): Endpoint {
  // A metadata service, which an API server takes and no importer may.
  const hostile = family === 'IPv4' && draw.chance(0.05);
  const ready = draw.of([true, true, false, undefined]);
  return {
    addresses: [hostile ? '100.100.100.200' : draw.address(at, family)],
    conditions: {
      ...(ready !== undefined && { ready }),
      ...(draw.chance(0.5) && { serving: true, terminating: draw.chance(0.2) }),
    },
    ...(draw.chance(0.5) && { hostname: `pod-${n}` }),
    ...(draw.chance(0.5) && { zone: `zone-${at}` }),
    ...(draw.chance(0.5) && { nodeName: `node-${at}` }),
  };
}
