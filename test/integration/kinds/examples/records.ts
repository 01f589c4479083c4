import { ENDPOINT_LINE_MAX_LENGTH, MAX_ENDPOINTS } from '#apis/hub/endpoint-line.ts';
import { ExportedEndpointSlice, exportedEndpointSlices } from '#apis/hub/exported-endpoint-slice.ts';
import { ExportedService, exportedServices } from '#apis/hub/exported-service.ts';
import {
  ABSENT,
  acceptedPorts,
  type FieldExamples,
  type KindExamples,
  refusedPorts,
  requiredUid,
  sequence,
  staleness,
  UID,
} from './shared.ts';

const asserted: FieldExamples[] = [
  { path: 'spec.asserted', accepted: [], refused: [ABSENT] },
  { path: 'spec.asserted.uid', ...requiredUid },
  { path: 'spec.asserted.sequence', ...sequence },
];

const asInService = { accepted: ['Local', 'ANewValueOfALaterVersion', ABSENT], refused: ['x'.repeat(64), 1] };
const LONG = 'x'.repeat(63);

export const exportedServiceExamples: KindExamples = {
  ...exportedServices,
  valid: new ExportedService({
    metadata: { name: 'prod.db' },
    spec: {
      service: { namespace: 'prod', name: 'db' },
      export: { uid: UID, creationTimestamp: '2026-11-24T12:00:00Z' },
      type: 'Headless',
      ports: [{ name: 'sql', port: 5432 }],
      inventory: { sequence: 1, slices: [] },
      asserted: { uid: UID, sequence: 1 },
    },
  }),
  fields: [
    {
      // A record whose inner name differs from its key is a lie (SEMANTICS 6).
      path: 'metadata.name',
      accepted: ['prod.db'],
      refused: ['prod-db', 'prod.db.x', 'kube-system.db', 'db'],
      saying: 'the name must be spec.service.namespace, a dot, and spec.service.name',
    },
    { path: 'spec', accepted: [], refused: [ABSENT] },
    { path: 'spec.service', accepted: [], refused: [ABSENT] },
    { path: 'spec.service.namespace', accepted: [], refused: ['', 'a.b', 'A', `${LONG}x`, ABSENT] },
    { path: 'spec.service.name', accepted: [], refused: ['', 'a.b', 'A', `${LONG}x`, ABSENT] },
    { path: 'spec.export', accepted: [], refused: [ABSENT] },
    { path: 'spec.export.uid', ...requiredUid },
    {
      path: 'spec.export.creationTimestamp',
      accepted: ['2026-11-24T12:00:00Z'],
      refused: ['', 'yesterday', `2026-11-24T12:00:00.${'0'.repeat(50)}Z`, 1, ABSENT],
    },
    { path: 'spec.type', accepted: ['ClusterSetIP', 'Headless'], refused: ['ClusterIP', '', ABSENT] },
    { path: 'spec.ports', accepted: acceptedPorts, refused: [...refusedPorts, [{ name: 'no-number' }]] },
    {
      path: 'spec.ipFamilies',
      accepted: [[], ['IPv4'], ['IPv6', 'IPv4'], ABSENT],
      refused: [['ipv4'], ['IPv4', 'IPv6', 'IPv4']],
    },
    { path: 'spec.sessionAffinity', ...asInService },
    {
      path: 'spec.sessionAffinityConfig.clientIP.timeoutSeconds',
      accepted: [1, 86_400, ABSENT],
      refused: [0, 86_401, '10800'],
    },
    { path: 'spec.internalTrafficPolicy', ...asInService },
    { path: 'spec.trafficDistribution', ...asInService },
    {
      path: 'spec.labels',
      accepted: [{}, { 'app.kubernetes.io/name': LONG }, ABSENT],
      refused: [{ app: `${LONG}x` }, { app: 1 }, many(257)],
    },
    {
      path: 'spec.annotations',
      accepted: [{}, { note: 'x'.repeat(262_144) }, ABSENT],
      refused: [{ note: 'x'.repeat(262_145) }, { note: 1 }, many(257)],
    },
    { path: 'spec.staleness', ...staleness },
    { path: 'spec.inventory', accepted: [], refused: [ABSENT] },
    { path: 'spec.inventory.sequence', ...sequence },
    {
      path: 'spec.inventory.slices',
      accepted: [[], ['0123456789abc'], Array(10_000).fill('v')],
      refused: [[''], ['w'], ['A'], ['a.b'], ['v'.repeat(33)], Array(10_001).fill('v'), ABSENT],
    },
    ...asserted,
  ],
  updates: [
    // The place in the line of exporters is the record's age in mode HubTime: it cannot be handed on.
    { path: 'spec.export.uid', to: 'another', refused: 'another ServiceExport is another record' },
    {
      path: 'spec.export.creationTimestamp',
      to: '1970-01-01T00:00:00Z',
      refused: 'another ServiceExport is another record',
    },
    { path: 'spec.service.namespace', to: 'kube-system', refused: 'the name must be spec.service.namespace' },
    { path: 'spec.service.name', to: 'web', refused: 'the name must be spec.service.namespace' },
    { path: 'spec.type', to: 'ClusterSetIP' },
    { path: 'spec.inventory', to: { sequence: 2, slices: ['0'] } },
    { path: 'spec.asserted', to: { uid: 'another', sequence: 2 } },
  ],
  printed: { Name: 'prod.db', Type: 'Headless', Sequence: 1, Slices: '[]' },
};

const line = (text: string) => [text];

export const exportedEndpointSliceExamples: KindExamples = {
  ...exportedEndpointSlices,
  valid: new ExportedEndpointSlice({
    metadata: { name: 'prod.db.0123456789abc' },
    spec: {
      addressType: 'IPv4',
      ports: [{ name: 'sql', port: 5432 }],
      source: { uid: UID, generation: 1 },
      endpoints: ['198.18.1.7 RSt hostname=db-0 zone=zone-a'],
      asserted: { uid: UID, sequence: 1 },
    },
  }),
  fields: [
    {
      path: 'metadata.name',
      accepted: [`${LONG}.${LONG}.${'v'.repeat(32)}`],
      refused: ['prod.db', 'prod.db.x.v', 'prod.db.w', 'prod.-db.v', `${LONG}.${LONG}.${'v'.repeat(33)}`],
    },
    { path: 'spec', accepted: [], refused: [ABSENT] },
    { path: 'spec.addressType', accepted: ['IPv4', 'IPv6'], refused: ['FQDN', 'ipv4', '', ABSENT] },
    { path: 'spec.ports', accepted: [...acceptedPorts, [{}]], refused: refusedPorts },
    { path: 'spec.source', accepted: [], refused: [ABSENT] },
    { path: 'spec.source.uid', ...requiredUid },
    { path: 'spec.source.generation', accepted: [0, 2 ** 40], refused: [-1, '1', ABSENT] },
    {
      path: 'spec.endpoints',
      accepted: [
        [],
        line('198.18.1.7 RSt hostname=db-0 zone=zone-a'),
        line('198.18.1.7 ...'),
        line('fd00::7,fd00::8 rsT'),
        line('198.18.1.7 R.t later=a%20key%25 another='),
        line(`198.18.1.7 RSt hostname=${'x'.repeat(ENDPOINT_LINE_MAX_LENGTH - 24)}`),
        Array(MAX_ENDPOINTS).fill('198.18.1.7 RSt'),
      ],
      refused: [
        line(''),
        line('198.18.1.7'),
        line('198.18.1.7 RS'),
        line('198.18.1.7 STR'),
        line('198.18.1.7  RSt'),
        line('198.18.1.7 RSt '),
        line(' 198.18.1.7 RSt'),
        line('198.18.1.7, RSt'),
        line('db-0.example.com RSt'),
        line('198.18.1.7 RSt hostname'),
        line('198.18.1.7 RSt hostname=a b'),
        line('198.18.1.7 RSt Hostname=a'),
        line('198.18.1.7 RSt zone=zöne'),
        // Readers join lines by newlines: one in a line would be two endpoints.
        line('198.18.1.7 RSt\n'),
        line('198.18.1.7 RSt\n127.0.0.1 RSt'),
        line('198.18.1.7 RSt zone=a\n127.0.0.1'),
        line(`198.18.1.7 RSt hostname=${'x'.repeat(ENDPOINT_LINE_MAX_LENGTH - 23)}`),
        Array(MAX_ENDPOINTS + 1).fill('198.18.1.7 RSt'),
        ABSENT,
      ],
    },
    ...asserted,
  ],
  updates: [
    { path: 'spec.source', to: { uid: 'another', generation: 1 } },
    { path: 'spec.addressType', to: 'IPv6' },
    { path: 'spec.endpoints', to: [] },
    { path: 'spec.asserted', to: { uid: 'another', sequence: 2 } },
  ],
  printed: {
    Name: 'prod.db.0123456789abc',
    AddressType: 'IPv4',
    'First Endpoint': '198.18.1.7 RSt hostname=db-0 zone=zone-a',
    Generation: 1,
    'Source UID': UID,
  },
};

function many(count: number): Record<string, string> {
  return Object.fromEntries(Array.from({ length: count }, (_, n) => [`key-${n}`, 'x']));
}
