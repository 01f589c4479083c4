import type { ConnectionMaterial } from './credentials.ts';
import { type Attempt, TransportError, type TransportFault } from './errors.ts';
import { KubeconfigError } from './kubeconfig.ts';

/** OpenSSL's and Node's codes for a chain that does not end in a trusted CA. */
const NOT_SIGNED = new Set([
  'CERT_SIGNATURE_FAILURE',
  'CERT_UNTRUSTED',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'INVALID_CA',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_GET_ISSUER_CERT',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
]);

const FAULTS: ReadonlyMap<string, TransportFault> = new Map<string, TransportFault>([
  ['CERT_HAS_EXPIRED', 'certificate'],
  ['CERT_NOT_YET_VALID', 'certificate'],
  ['CERT_REVOKED', 'certificate'],
  ['EAI_AGAIN', 'unreachable'],
  ['ECONNREFUSED', 'refused'],
  ['EHOSTUNREACH', 'unreachable'],
  ['ENETDOWN', 'unreachable'],
  ['ENETUNREACH', 'unreachable'],
  ['ENOTFOUND', 'unreachable'],
  ['ERR_TLS_CERT_ALTNAME_INVALID', 'certificate'],
  ['ETIMEDOUT', 'timeout'],
  ['UND_ERR_CLOSED', 'closed'],
  ['UND_ERR_CONNECT_TIMEOUT', 'timeout'],
  ['UND_ERR_DESTROYED', 'closed'],
]);

/** Puts whatever undici, Node or a credential plugin threw into one kind of error, with a message for people. */
export function transportError(
  attempt: Attempt,
  error: unknown,
  material: ConnectionMaterial | undefined,
): TransportError {
  if (error instanceof TransportError) return error;
  if (error instanceof KubeconfigError) {
    return new TransportError(attempt, 'credentials', error.message, error);
  }
  const code = codeOf(error);
  if (material !== undefined && NOT_SIGNED.has(code)) {
    return new TransportError(attempt, 'certificate', notSigned(code, material), error);
  }
  const fault = FAULTS.get(code) ?? (code.startsWith('HPE_') ? 'malformed' : 'cut');
  const where = material === undefined ? '' : `${material.server}: `;
  return new TransportError(attempt, fault, `${where}${textOf(error)}`, error);
}

function notSigned(code: string, { server, tls, title }: ConnectionMaterial): string {
  const expected =
    tls.ca === undefined ? 'a CA this machine trusts, and none is given in' : 'the CA given in';
  return `the certificate of ${server} is not signed by ${expected} ${title} (${code})`;
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : '';
}

/** Several addresses were tried: Node then puts the texts on the parts, and an empty one on the whole. */
function textOf(error: unknown): string {
  if (error instanceof AggregateError) return error.errors.map(textOf).join('; ');
  if (error instanceof Error && error.message !== '') return error.message;
  return String(error);
}
