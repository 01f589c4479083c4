import { BlockList, isIP } from 'node:net';
import type { IEndpointSlice } from '#apis/kubernetes/endpoint-slice.ts';
import type { IService } from '#apis/kubernetes/service.ts';
import type { KubeObject } from '#apis/meta.ts';
import { objectPath } from '#src/kube/paths.ts';
import type { Write } from '#test/loops/kind.ts';
import { SELF } from '#test/loops/names.ts';
import { EVIL, GOOD, GOOD_ADDRESS, type Writer } from './hub-objects.ts';

const DNS_LABEL = /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/;
const LABEL_VALUE = /^([A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?)?$/;
/** An API server's bound on all annotations of an object. */
const ANNOTATIONS_LIMIT = 256 * 1024;
const HUB_KINDS = ['memberreports', 'exportedservices', 'exportedendpointslices'];
const SYSTEM = ['kube-system', 'tombolo-system', 'member-shbt'];

/** Keys of labels that we compute; every other one came from an exporter, who may not take these. */
const OURS = new Map([
  ['serviceimports', ['tombolo.dev/managed-by']],
  ['services', ['tombolo.dev/managed-by', 'multicluster.kubernetes.io/service-name']],
  [
    'endpointslices',
    [
      'multicluster.kubernetes.io/service-name',
      'multicluster.kubernetes.io/source-cluster',
      'endpointslice.kubernetes.io/managed-by',
      'tombolo.dev/source-slice',
      'kubernetes.io/service-name',
      'service.kubernetes.io/headless',
    ],
  ],
]);
const TAKEN =
  /(^|\.)(kubernetes\.io|k8s\.io|tombolo\.dev|argoproj\.io|helm\.sh|fluxcd\.io)\/|^multicluster\./;

/** Addresses that lead to whoever connects, or to his machine's surroundings: by another library than the product's. */
const HARMFUL = { ipv4: new BlockList(), ipv6: new BlockList() };
for (const [network, bits] of [
  ['0.0.0.0', 8],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['224.0.0.0', 4],
  ['255.255.255.255', 32],
] as const)
  HARMFUL.ipv4.addSubnet(network, bits, 'ipv4');
for (const [network, bits] of [
  ['::', 16],
  ['fe80::', 10],
  ['ff00::', 8],
  ['64:ff9b::7f00:0', 104],
  ['2002:7f00::', 24],
  ['fd00:ec2::', 32],
] as const)
  HARMFUL.ipv6.addSubnet(network, bits, 'ipv6');

/** All that is wrong with a write; empty: it lies within the allowed cells. */
export function wrongWith(write: Write, writer: Writer, existing: readonly string[]): string[] {
  const { verb, resource, object } = write;
  const { namespace = '', name, labels = {}, annotations = {} } = object.metadata;
  const wrong: string[] = [];
  const must = (holds: boolean, what: string) => {
    if (!holds) wrong.push(`${verb} ${resource.plural} ${namespace}/${String(name).slice(0, 80)}: ${what}`);
  };
  const path = objectPath(resource, { namespace, name });
  const parts = path.split('/').map(decodeURIComponent);
  must(parts.length === 7 - (resource.group === '' ? 1 : 0) + 1, `its path is ${path}`);
  must(parts.at(-1) === name && parts.at(-3) === namespace, `its path is ${path}`);
  must(DNS_LABEL.test(namespace), 'its namespace is none');
  if (HUB_KINDS.includes(resource.plural)) {
    must(namespace === `member-${SELF}`, 'another namespace on the hub than its own');
    return wrong;
  }
  const size = Object.entries(annotations).reduce((sum, [key, value]) => sum + key.length + value.length, 0);
  must(size <= ANNOTATIONS_LIMIT, `${size} characters of annotations`);
  must(existing.includes(namespace), 'a namespace that is not there');
  // Whoever owns the hub may allow any namespace: what the set allows is the hub admin's word.
  must(writer === 'the hub' || !SYSTEM.includes(namespace), 'a namespace that is not for export');
  must(
    name.split('.').every((part) => DNS_LABEL.test(part)) || resource.plural === 'endpointslices',
    'no name',
  );
  const ours = OURS.get(resource.plural) ?? [];
  for (const [key, value] of Object.entries(labels)) {
    must(LABEL_VALUE.test(value), `label ${key} is ${String(value).slice(0, 80)}`);
    must(ours.includes(key) || !TAKEN.test(key), `label ${key}`);
  }
  must(!Object.hasOwn(labels, '__proto__') && !Object.hasOwn(annotations, '__proto__'), 'a prototype');
  if (resource.plural === 'endpointslices') sliceMust(object as IEndpointSlice, { verb, writer }, must);
  if (resource.plural === 'services') serviceMust(object as IService, must);
  must(verb !== 'delete' || writer !== 'another member' || !isGood(object), 'what the good member exports');
  return wrong;
}

type Must = (holds: boolean, what: string) => void;

function sliceMust(
  { metadata, addressType, endpoints, ports }: IEndpointSlice,
  { verb, writer }: { verb: string; writer: Writer },
  must: Must,
): void {
  const labels = metadata.labels ?? {};
  const allowed = OURS.get('endpointslices') ?? [];
  must(
    Object.keys(labels).every((key) => allowed.includes(key)),
    `labels ${Object.keys(labels)}`,
  );
  must(labels['endpointslice.kubernetes.io/managed-by'] === 'member.tombolo.dev', 'it is not ours');
  must(
    /^derived-[0-9a-v]{10}(\.none)?$/.test(labels['kubernetes.io/service-name'] ?? ''),
    'it is behind a Service of users',
  );
  const cluster = labels['multicluster.kubernetes.io/source-cluster'] ?? '';
  must(writer === 'the hub' || [SELF, GOOD, EVIL].includes(cluster), `its source is ${cluster}`);
  must(
    /^[a-z0-9-]{1,253}$/.test(metadata.name) && metadata.name.includes(`-${cluster}-`),
    'its name is another',
  );
  if (verb === 'delete') return;
  must(
    /^[^/]{1,128}\/\d{1,16}$/.test(metadata.annotations?.['tombolo.dev/asserted'] ?? ''),
    'nobody vouches for it',
  );
  must((endpoints ?? []).length <= 1_000, 'too many endpoints');
  for (const one of endpoints ?? []) {
    for (const address of one.addresses) {
      const family = isIP(address);
      must(`IPv${family}` === addressType, `${address} is no ${addressType}`);
      must(!isHarmful(address), `${address} may do harm`);
      must(
        writer === 'the hub' || cluster !== GOOD || address === GOOD_ADDRESS,
        `${address} is not the good member's`,
      );
    }
    must(one.hostname === undefined || DNS_LABEL.test(one.hostname), `hostname ${one.hostname}`);
    must(
      cluster === SELF || (one.nodeName === undefined && one.targetRef === undefined),
      'it names nodes or pods',
    );
  }
  for (const { port, name = '' } of ports ?? []) {
    must(port === undefined || (Number.isInteger(port) && port > 0 && port < 65_536), `port ${port}`);
    must(name === '' || DNS_LABEL.test(name), `port name ${name}`);
  }
}

function isHarmful(address: string): boolean {
  const family = isIP(address) === 4 ? 'ipv4' : 'ipv6';
  return HARMFUL[family].check(address, family);
}

function serviceMust({ metadata, spec = {} }: IService, must: Must): void {
  must(/^derived-[0-9a-v]{10}$/.test(metadata.name), 'a Service of users');
  must(metadata.labels?.['tombolo.dev/managed-by'] === 'member.tombolo.dev', 'it is not ours');
  must(spec.type === 'ClusterIP', `type ${spec.type}`);
  for (const field of ['selector', 'externalIPs', 'externalName', 'loadBalancerIP'])
    must(!Object.hasOwn(spec, field), field);
}

function isGood({ metadata: { labels = {}, namespace, name } }: KubeObject): boolean {
  return (
    labels['multicluster.kubernetes.io/source-cluster'] === GOOD || (namespace === 'prod' && name === 'db')
  );
}
