import { isUID } from '#apis/hub/asserted.ts';
import { exportedServiceName, type IExportedService } from '#apis/hub/exported-service.ts';
import { charactersOf, EXPORTED_METADATA_LIMIT } from './metadata.ts';

/** Most ports of one record; the CRD holds the same bound. */
const MAX_PORTS = 100;
const DNS_LABEL = /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/;
/** Kubernetes' qualified name, which an appProtocol must be. */
const QUALIFIED_NAME =
  /^([a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?\/)?[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?$/;
/** What an enumeration of a later Kubernetes can look like: no spaces, no control characters. */
const TOKEN = /^[!-~]{0,63}$/;
const PROTOCOLS: readonly unknown[] = ['TCP', 'UDP', 'SCTP'];
/** Kubernetes' bound on a ClientIP timeout: one day. */
const MAX_TIMEOUT_SECONDS = 86_400;

type Untrusted = Readonly<Record<string, unknown>>;
type Check = (spec: Untrusted, record: IExportedService) => string | undefined;

/** In the order in which they are asked; the first that objects gives the reason. */
const CHECKS: readonly Check[] = [
  checkKey,
  checkExport,
  checkAsserted,
  checkType,
  checkPorts,
  checkFamilies,
  checkTokens,
  checkAffinityConfig,
  checkMetadata,
];

/**
 * Why a record cannot be what its kind says, in one sentence; undefined: all parts that the resolver reads
 * have the types that IExportedService gives them (null counts as absent), and every value could stand in a
 * valid Service of this or a later Kubernetes. The hub's schema says much the same, but a hub may have lost it.
 */
export function whyMalformed(record: IExportedService): string | undefined {
  const { spec, metadata }: { spec?: unknown; metadata?: unknown } = record;
  if (!isObject(metadata) || !isObject(spec)) return 'the record has no metadata or no spec';
  for (const check of CHECKS) {
    const reason = check(spec, record);
    if (reason !== undefined) return reason;
  }
  return undefined;
}

/** A record that names another Service than its key is never "fixed" (SEMANTICS 6). */
function checkKey({ service }: Untrusted, { metadata }: IExportedService): string | undefined {
  if (!isObject(service)) return 'spec.service does not name a Service';
  const { namespace, name } = service;
  if (!matches(namespace, DNS_LABEL) || !matches(name, DNS_LABEL)) {
    return 'spec.service does not hold a namespace and a name that are DNS labels';
  }
  if (exportedServiceName(namespace, name) !== metadata.name) {
    return `spec.service says ${namespace}/${name}, but the record is named ${short(metadata.name)}`;
  }
  return undefined;
}

function checkExport(spec: Untrusted): string | undefined {
  const identity = spec['export'];
  if (!isObject(identity) || !isUID(identity['uid'])) return 'spec.export.uid is not a UID';
  return undefined; // A missing or strange time only costs the record its place in the line.
}

function checkAsserted({ asserted }: Untrusted): string | undefined {
  const sane = isObject(asserted) && isUID(asserted['uid']) && isCount(asserted['sequence']);
  return sane ? undefined : 'spec.asserted does not hold a uid and a sequence';
}

function checkType({ type }: Untrusted): string | undefined {
  if (type === 'ClusterSetIP' || type === 'Headless') return undefined;
  return `spec.type is ${short(type)}, which this version does not know`;
}

function checkPorts(spec: Untrusted): string | undefined {
  const ports = spec['ports'] ?? [];
  if (!Array.isArray(ports)) return 'spec.ports is not a list';
  if (ports.length > MAX_PORTS) return `spec.ports holds ${ports.length} ports, more than ${MAX_PORTS}`;
  const seen = new Set<string>();
  for (const [index, port] of ports.entries()) {
    const reason = checkPort(port, ports.length > 1);
    if (reason !== undefined) return `spec.ports[${index}] ${reason}`;
    for (const key of [`name ${port.name || '""'}`, `port ${port.port}/${port.protocol || 'TCP'}`]) {
      if (seen.has(key)) return `spec.ports holds ${key} twice`;
      seen.add(key);
    }
  }
  return undefined;
}

function checkPort(port: unknown, severalPorts: boolean): string | undefined {
  if (!isObject(port)) return 'is not a port';
  const { name, protocol, appProtocol, port: number } = port;
  if (!Number.isInteger(number) || Number(number) < 1 || Number(number) > 65_535) return 'has no port number';
  if (isSet(name) && !matches(name, DNS_LABEL)) return 'has a name that is not a DNS label';
  if (!isSet(name) && severalPorts) return 'has no name although there are several ports';
  if (isSet(protocol) && !PROTOCOLS.includes(protocol)) return `has the unknown protocol ${short(protocol)}`;
  if (isSet(appProtocol) && !matches(appProtocol, QUALIFIED_NAME)) {
    return 'has an appProtocol that is not a qualified name';
  }
  return undefined;
}

function checkFamilies(spec: Untrusted): string | undefined {
  const families = spec['ipFamilies'] ?? [];
  if (!Array.isArray(families) || families.length > 2) return 'spec.ipFamilies is not a list of at most two';
  return families.every((family) => isSet(family) && matches(family, TOKEN))
    ? undefined
    : 'spec.ipFamilies holds something that is not an IP family';
}

function checkTokens(spec: Untrusted): string | undefined {
  const fields = ['sessionAffinity', 'internalTrafficPolicy', 'trafficDistribution'];
  const bad = fields.find((field) => isSet(spec[field]) && !matches(spec[field], TOKEN));
  return bad && `spec.${bad} is not a word of at most 63 characters`;
}

function checkAffinityConfig(spec: Untrusted): string | undefined {
  const config = spec['sessionAffinityConfig'] ?? {};
  const clientIP = isObject(config) ? (config['clientIP'] ?? {}) : undefined;
  if (!isObject(clientIP)) return 'spec.sessionAffinityConfig is not one';
  const timeout = clientIP['timeoutSeconds'] ?? 1;
  return isCount(timeout) && timeout >= 1 && timeout <= MAX_TIMEOUT_SECONDS
    ? undefined
    : `spec.sessionAffinityConfig.clientIP.timeoutSeconds is not within 1 and ${MAX_TIMEOUT_SECONDS}`;
}

function checkMetadata(spec: Untrusted): string | undefined {
  for (const field of ['labels', 'annotations']) {
    const map = spec[field] ?? {};
    if (!isObject(map)) return `spec.${field} is not a map`;
    if (!holdsTexts(map)) return `spec.${field} holds a value that is not a string`;
    const size = charactersOf(map);
    if (size > EXPORTED_METADATA_LIMIT) {
      return `spec.${field} holds ${size} characters, more than ${EXPORTED_METADATA_LIMIT}`;
    }
  }
  return undefined;
}

function holdsTexts(map: Untrusted): map is Record<string, string> {
  return Object.values(map).every((value) => typeof value === 'string');
}

function isObject(value: unknown): value is Untrusted {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** null and the empty string are absence: Go's zero values travel as either. */
function isSet(value: unknown): boolean {
  return value !== undefined && value !== null && value !== '';
}

function isCount(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}

function matches(value: unknown, pattern: RegExp): value is string {
  return typeof value === 'string' && pattern.test(value);
}

function short(value: unknown): string {
  return typeof value === 'string' ? JSON.stringify(value.slice(0, 40)) : `of type ${typeof value}`;
}
