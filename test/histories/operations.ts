import type { Endpoint, EndpointPort } from '#apis/kubernetes/endpoint-slice.ts';
import type { IService, ServicePort } from '#apis/kubernetes/service.ts';
import type { Draw } from './draw.ts';
import { MEMBERS, type MemberId, type Operation, SERVICES, SLICES } from './script.ts';

/** What a history begins with: some Services with endpoints, exported. */
export function beginning(draw: Draw): Operation[] {
  return MEMBERS.flatMap((at) =>
    SERVICES.flatMap((service) =>
      draw.chance(0.35)
        ? []
        : [serviceAt(draw, at, service), sliceAt(draw, at, service, 'x'), exportAt(draw, at, service)],
    ),
  );
}

/** What somebody does next. */
export function operationOf(draw: Draw): Operation {
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
    [1, () => ({ do: 'deny' })],
    [1.5, () => ({ do: 'allow' })],
    [1, () => ({ do: 'forbid', at })],
    [1.5, () => ({ do: 'permit', at })],
  ]);
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
