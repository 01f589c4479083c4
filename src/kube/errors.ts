/** What was being done when something failed; it opens every message. */
export interface Attempt {
  /** Name of the cluster, as `connect` was told. */
  cluster: string;
  /** A Kubernetes verb (`get`, `list`, `watch`, `create`, `update`, `delete`, `patch`), or an HTTP method. */
  verb: string;
  /** `endpointslices.discovery.k8s.io prod/db-1`, or a path. */
  target: string;
}

/** The parts of metav1.StatusDetails that decisions are made on. */
export interface StatusDetails {
  name?: string;
  group?: string;
  kind?: string;
  uid?: string;
  causes?: readonly { reason?: string; message?: string; field?: string }[];
  retryAfterSeconds?: number;
}

/** What an API server said when it refused: a metav1.Status, or what can be made of a body that is none. */
export interface Refusal {
  code: number;
  reason: string;
  message: string;
  details?: StatusDetails | undefined;
  retryAfterSeconds?: number | undefined;
}

/** The API server answered, and the answer is no. Never carries headers: they may hold credentials. */
export class KubeApiError extends Error {
  override readonly name = 'KubeApiError';
  readonly attempt: Attempt;
  /** HTTP status. */
  readonly code: number;
  /** metav1.StatusReason, or empty where the body was no Status. */
  readonly reason: string;
  readonly details: StatusDetails;
  /** When the server says it is worth asking again, in seconds. */
  readonly retryAfterSeconds: number | undefined;

  constructor(attempt: Attempt, refusal: Refusal) {
    const title = refusal.reason === '' ? String(refusal.code) : `${refusal.code} ${refusal.reason}`;
    super(`${describe(attempt)}: ${title}: ${refusal.message}`);
    this.attempt = attempt;
    this.code = refusal.code;
    this.reason = refusal.reason;
    this.details = refusal.details ?? {};
    this.retryAfterSeconds = refusal.retryAfterSeconds ?? refusal.details?.retryAfterSeconds;
  }
}

/**
 * Why no answer came. `refused`: nobody listens there. `unreachable`: no such host or no route. `certificate`:
 * TLS trust failed. `timeout`: the deadline passed. `silent`: a watch went without a byte for too long.
 * `cut`: the connection broke. `malformed`: bytes came that are not what an API server sends.
 * `credentials`: no credentials could be obtained. `closed`: this client was closed. `held`: a write that was not sent,
 * since nobody knows whether it is the same server that would take it.
 */
export type TransportFault =
  | 'refused'
  | 'unreachable'
  | 'certificate'
  | 'timeout'
  | 'silent'
  | 'cut'
  | 'malformed'
  | 'credentials'
  | 'closed'
  | 'held';

/** The API server did not answer, or not in a way that can be understood. A write may or may not have happened. */
export class TransportError extends Error {
  override readonly name = 'TransportError';
  readonly attempt: Attempt;
  readonly fault: TransportFault;

  constructor(attempt: Attempt, fault: TransportFault, message: string, cause?: unknown) {
    super(`${describe(attempt)}: ${message}`, cause === undefined ? undefined : { cause });
    this.attempt = attempt;
    this.fault = fault;
  }
}

function describe({ cluster, verb, target }: Attempt): string {
  return `${cluster}: cannot ${verb} ${target}`;
}

/** The object is not there. Not true where the kind itself is unknown: see isKindMissing. */
export function isNotFound(error: unknown): error is KubeApiError {
  return has(error, 404, 'NotFound') && error.details.name !== undefined;
}

/** The API server does not know the resource: its CRD is not installed, or not in this version. */
export function isKindMissing(error: unknown): error is KubeApiError {
  return error instanceof KubeApiError && error.code === 404 && error.details.name === undefined;
}

/** A fenced write met another version or another object: read again. Also a server-side apply conflict. */
export function isConflict(error: unknown): error is KubeApiError {
  return has(error, 409, 'Conflict');
}

/** The object that was to be created is there already, whoever made it. */
export function isAlreadyExists(error: unknown): error is KubeApiError {
  return has(error, 409, 'AlreadyExists');
}

/** The asked version, or a continue token, is older than what the API server still holds. */
export function isExpired(error: unknown): error is KubeApiError {
  return error instanceof KubeApiError && error.code === 410;
}

/** The credentials are known, but do not allow it. True for a terminating namespace too. */
export function isForbidden(error: unknown): error is KubeApiError {
  return has(error, 403, 'Forbidden');
}

/** The credentials were refused, after they had been read anew. */
export function isUnauthorized(error: unknown): error is KubeApiError {
  return error instanceof KubeApiError && error.code === 401;
}

/**
 * The API server refused for good, as long as nothing changes there or here; false for what passes by itself: a lost
 * race, overload, credentials being renewed, no answer at all.
 */
export function isForGood(error: unknown): error is KubeApiError {
  if (!(error instanceof KubeApiError)) return false;
  return ![401, 409, 429].includes(error.code) && error.code < 500;
}

/** Validation or an admission policy refused the object; repeating will not help. */
export function isInvalid(error: unknown): error is KubeApiError {
  return has(error, 422, 'Invalid');
}

/** Nothing can be created in this namespace any more: it is being deleted. */
export function isNamespaceTerminating(error: unknown): error is KubeApiError {
  return isForbidden(error) && hasCause(error, 'NamespaceTerminating');
}

/** The API server has not reached the asked version: it lags behind, or it went back in time. */
export function isTooLargeResourceVersion(error: unknown): error is KubeApiError {
  if (!has(error, 504, 'Timeout')) return false;
  // Servers before 1.19 gave no cause; the message has been the same ever since.
  return hasCause(error, 'ResourceVersionTooLarge') || error.message.includes('Too large resource version');
}

/** The API server has too much to do. */
export function isTooManyRequests(error: unknown): error is KubeApiError {
  return error instanceof KubeApiError && error.code === 429;
}

/** Nobody listens at the API server's address. */
export function isConnectionRefused(error: unknown): error is TransportError {
  return error instanceof TransportError && error.fault === 'refused';
}

function has(error: unknown, code: number, reason: string): error is KubeApiError {
  return error instanceof KubeApiError && error.code === code && error.reason === reason;
}

function hasCause(error: KubeApiError, reason: string): boolean {
  return error.details.causes?.some((cause) => cause.reason === reason) ?? false;
}
