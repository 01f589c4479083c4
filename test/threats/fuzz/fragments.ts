import fc from 'fast-check';

/** A value as JSON text: some of it is nothing that JSON.stringify would ever write. */
export type JsonText = string;

/** Deeper than any stack of a recursive reader goes on for long. */
const DEEP = 5_000;

const WRONG_TYPES = [
  'null',
  'true',
  'false',
  '0',
  '-0',
  '-1',
  '1.5',
  '1e308',
  '1e999',
  '-1e999',
  '9007199254740993',
  '18446744073709551616',
  '[]',
  '[null]',
  '[[]]',
  '[0,"",{}]',
  '{}',
  '{"a":1}',
];

/** Objects that turn on whoever compares, prints or copies them. */
const TRAPS = [
  '{"toString":1,"valueOf":null}',
  '{"toString":"x","Symbol.toPrimitive":1}',
  '{"length":4294967295}',
  '{"hasOwnProperty":1,"constructor":null}',
  '{"then":"x","toJSON":"y"}',
  '{"__proto__":{"polluted":true}}',
  '{"\\u005f_proto__":{"polluted":true}}',
  '{"constructor":{"prototype":{"polluted":true}}}',
  '{"prototype":{"polluted":true}}',
  '["__proto__"]',
  '["constructor","toString"]',
  '{"__proto__":"x","constructor":"y","team":"z"}',
  '{"kubernetes.io/service-name":"payments","endpointslice.kubernetes.io/managed-by":"x"}',
  '{"tombolo.dev/managed-by":"x","multicluster.kubernetes.io/source-cluster":"shbt"}',
  '{"argocd.argoproj.io/instance":"x","app.kubernetes.io/managed-by":"Helm"}',
  `${'['.repeat(DEEP)}${']'.repeat(DEEP)}`,
  `${'{"d":'.repeat(DEEP)}1${'}'.repeat(DEEP)}`,
];

const WORDS = [
  '',
  '.',
  '..',
  '../../../../api/v1/secrets',
  '..%2f..%2fsecrets',
  '%2e%2e',
  'a/b',
  '/',
  '?watch=true',
  '#',
  'a b',
  'a\nb',
  'a\u0000b',
  '-a',
  'a-',
  'A',
  'ſervice',
  '\u212a8s',
  'db\u0307',
  'dЬ',
  '\u202edb',
  '\ud800',
  '💥',
  '__proto__',
  'constructor',
  'prototype',
  'toString',
  'hasOwnProperty',
  'None',
  'kube-system',
  'tombolo-system',
  'member-shbt',
  'shbt',
  'zzzc',
  'evil',
  'default',
  'kubernetes',
  'derived-0123456789',
  'a'.repeat(63),
  'a'.repeat(64),
  'a-'.repeat(2_000),
  'x'.repeat(20_000),
  'uid-zzzc',
  'uid-shbt',
  'set-uid',
  'True',
  'Keep',
  'Withdraw',
  'ClusterSetIP',
  'Headless',
  'ExternalName',
  'IPv4',
  'IPv6',
  'SCTP',
  'HubTime',
  '1970-01-01T00:00:00Z',
  '0000-00-00T00:00:00Z',
  '9999-99-99T99:99:99Z',
  '275760-09-13T00:00:00Z',
  '2026-01-01T00:00:00+99:99',
];

const CIDRS = ['0.0.0.0/0', '::/0', '10.0.0.0/99', '1/1', '300.1.1.1/8', '::ffff:0:0/96', '/', '10.0.0.0/-1'];

const ADDRESSES = [
  '198.18.6.6',
  '127.0.0.1',
  '127.1',
  '0x7f000001',
  '2130706433',
  '0177.0.0.1',
  '169.254.169.254',
  '224.0.0.1',
  '0.0.0.0',
  '255.255.255.255',
  '100.100.100.200',
  '::1',
  '::',
  'fe80::1',
  'ff02::1',
  '::ffff:127.0.0.1',
  '::ffff:7f00:1',
  '::127.0.0.1',
  '64:ff9b::7f00:1',
  '2002:7f00:1::',
  'fd00:ec2::254',
  '2001:db8::6',
  '2001:DB8::6',
  '2001:db8:0:0:0:0:0:6',
  '1.2.3.4,5.6.7.8',
  '1.2.3.4.5',
  '999.1.1.1',
];

const FLAGS = ['RSt', 'rst', '...', 'RST', 'R', 'XYZ', ''];
const PAIRS = [
  '',
  ' hostname=db-0',
  ' hostname=-',
  ' hostname=..',
  ' hostname=%2e%2e',
  ' hostname=%FF',
  ' hostname=A',
  ` hostname=${'a'.repeat(64)}`,
  ' zone=a%2Fb',
  ' zone=zone-a zone=zone-b',
  ' __proto__=x',
  ' constructor=x',
  ' nodeName=n1 targetRef=x',
  '  ',
  '=',
  ` x=${'a'.repeat(9_000)}`,
];

const word = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom(...WORDS) },
  { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 12 }) },
);

/** A line of a slice record's `endpoints`, of which few are what they must be. */
export const endpointLine: fc.Arbitrary<string> = fc
  .tuple(fc.constantFrom(...ADDRESSES), fc.constantFrom(...FLAGS), fc.constantFrom(...PAIRS))
  .map(([address, flags, pairs]) => `${address} ${flags}${pairs}`);

const lines = fc.array(endpointLine, { maxLength: 6 }).map((all) => JSON.stringify(all));

/** Anything that may stand where a reader expects something else. */
export const fragment: fc.Arbitrary<JsonText> = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom(...WRONG_TYPES) },
  { weight: 3, arbitrary: fc.constantFrom(...TRAPS) },
  { weight: 6, arbitrary: word.map((text) => JSON.stringify(text)) },
  { weight: 3, arbitrary: lines },
  { weight: 1, arbitrary: fc.subarray(CIDRS).map((list) => JSON.stringify(list)) },
  { weight: 1, arbitrary: fc.subarray(WORDS).map((list) => JSON.stringify(list)) },
  { weight: 1, arbitrary: fc.nat(70_000).map(String) },
);
