import type { KubeObject } from '#apis/meta.ts';

/** Values of one field that the API server must take, and such that it must refuse. */
export interface FieldExamples {
  /** A dotted path; `[n]` for items. Names of the constrained fields below it are part of the values. */
  path: string;
  accepted: readonly unknown[];
  refused: readonly unknown[];
  /** Words of the refusal, where it comes from a rule that has its own. */
  saying?: string;
}

/** What becomes of an update that changes one field of the valid object. */
export interface UpdateExample {
  path: string;
  to: unknown;
  /** Words of the refusal; absent: it is accepted. */
  refused?: string;
}

/** A valid object of a kind, what its fields may be, and how they may change. */
export interface KindExamples {
  plural: string;
  namespaced: boolean;
  valid: KubeObject;
  fields: readonly FieldExamples[];
  updates: readonly UpdateExample[];
  /** What `kubectl get -o wide` shows of the valid object, its ages left out. */
  printed: Record<string, unknown>;
}

/** Stands for a field that is left out. */
export const ABSENT = undefined;

export const UID = '6a3f0c5e-8f54-4f0c-9a35-0f1d6e1f3b52';
const OTHER_THAN_UIDS = ['', 'a/b', 'a b', '-a', 'x'.repeat(129)];
export const uid = { accepted: [UID, 'a', 'x'.repeat(128)], refused: OTHER_THAN_UIDS };
export const requiredUid = { accepted: uid.accepted, refused: [...OTHER_THAN_UIDS, ABSENT] };

/** JavaScript cannot count on beyond 2^53 - 1 without losing numbers. */
export const sequence = {
  accepted: [1, Date.UTC(2026, 10, 24), Number.MAX_SAFE_INTEGER],
  refused: [0, -1, 1.5, '1', 2 ** 53, ABSENT],
};

/** Names, or prefixes with an asterisk. */
export const namespacePatterns = {
  accepted: [[], ['prod'], ['team-*'], ['*'], ['x'.repeat(63), `${'x'.repeat(63)}*`], ABSENT],
  refused: [[''], ['Prod'], ['a*b'], ['**'], ['a.b'], ['x'.repeat(65)], Array(1001).fill('a'), 'prod'],
};

export const staleness = { accepted: ['Keep', 'Withdraw', ABSENT], refused: ['keep', ''] };

/** What ports of a record may not be, whether of a Service or of a slice. */
export const refusedPorts = [
  [{ port: 0 }],
  [{ port: 65_536 }],
  [{ port: '80' }],
  [{ port: 80, name: 'x'.repeat(64) }],
  [{ port: 80, protocol: 'x'.repeat(33) }],
  [{ port: 80, appProtocol: 'x'.repeat(318) }],
  Array(101).fill({ port: 80 }),
  ABSENT,
];
export const acceptedPorts = [
  [],
  [{ port: 1 }],
  [{ port: 65_535, name: 'x'.repeat(63), protocol: 'SCTP', appProtocol: 'example.com/x' }],
  Array(100).fill({ port: 80 }),
];

const CONDITION = {
  type: 'Claimed',
  status: 'True',
  reason: 'Claimed',
  message: '',
  lastTransitionTime: '2026-11-24T12:00:00Z',
  observedGeneration: 1,
};
const with_ = (change: object) => [{ ...CONDITION, ...change }];

export const conditions: FieldExamples = {
  path: 'status.conditions',
  accepted: [[], with_({}), [CONDITION, { ...CONDITION, type: 'example.com/Other' }]],
  refused: [
    [CONDITION, CONDITION],
    with_({ type: '' }),
    with_({ type: 'x'.repeat(317) }),
    with_({ status: 'true' }),
    with_({ reason: '' }),
    with_({ reason: 'two words' }),
    with_({ reason: 'x'.repeat(1025) }),
    with_({ message: 'x'.repeat(32_769) }),
    with_({ message: ABSENT }),
    with_({ lastTransitionTime: 'yesterday' }),
    with_({ observedGeneration: -1 }),
    Array.from({ length: 33 }, (_, n) => ({ ...CONDITION, type: `Type${n}` })),
  ],
};
