import { describe, expect, it } from 'vitest';
import {
  isAlreadyExists,
  isConflict,
  isExpired,
  isForbidden,
  isInvalid,
  isKindMissing,
  isNamespaceTerminating,
  isNotFound,
  isTooLargeResourceVersion,
  isTooManyRequests,
  isUnauthorized,
  KubeApiError,
} from './errors.ts';
import { refusalOf, refusalOfStatus } from './status.ts';

const attempt = { cluster: 'hub', verb: 'update', target: 'services prod/db' };

/** The error made of a Status as an API server sends it. */
function errorOf(code: number, reason: string, details?: object, message = 'so it said'): KubeApiError {
  const status = { kind: 'Status', apiVersion: 'v1', status: 'Failure', code, reason, message, details };
  return new KubeApiError(attempt, refusalOf(code, JSON.stringify(status), undefined));
}

const predicates = {
  isAlreadyExists,
  isConflict,
  isExpired,
  isForbidden,
  isInvalid,
  isKindMissing,
  isNamespaceTerminating,
  isNotFound,
  isTooLargeResourceVersion,
  isTooManyRequests,
  isUnauthorized,
};

const terminating = {
  causes: [{ reason: 'NamespaceTerminating', message: 'x', field: 'metadata.namespace' }],
};
const tooLarge = { causes: [{ reason: 'ResourceVersionTooLarge', message: 'Too large resource version' }] };

describe('predicates', () => {
  it.each([
    ['isNotFound', errorOf(404, 'NotFound', { name: 'db', kind: 'services' })],
    ['isKindMissing', new KubeApiError(attempt, refusalOf(404, '404 page not found\n', undefined))],
    ['isConflict', errorOf(409, 'Conflict')],
    ['isAlreadyExists', errorOf(409, 'AlreadyExists')],
    ['isExpired', errorOf(410, 'Expired')],
    ['isExpired', errorOf(410, 'Gone')],
    ['isForbidden', errorOf(403, 'Forbidden')],
    ['isForbidden isNamespaceTerminating', errorOf(403, 'Forbidden', terminating)],
    ['isInvalid', errorOf(422, 'Invalid')],
    ['isUnauthorized', errorOf(401, 'Unauthorized')],
    ['isTooManyRequests', errorOf(429, 'TooManyRequests', { retryAfterSeconds: 2 })],
    ['isTooLargeResourceVersion', errorOf(504, 'Timeout', tooLarge)],
    [
      'isTooLargeResourceVersion',
      errorOf(504, 'Timeout', undefined, 'Too large resource version: 9, current: 7'),
    ],
    ['', errorOf(504, 'Timeout')],
    ['', errorOf(500, 'InternalError')],
    ['', new Error('409 Conflict')],
    ['', undefined],
  ])('exactly [%s]', (expected, error) => {
    const true_ = Object.entries(predicates).filter(([, predicate]) => predicate(error));
    expect(true_.map(([name]) => name).join(' ')).toBe(expected);
  });
});

describe('KubeApiError', () => {
  it('says what was attempted where, and what the server said', () => {
    expect(errorOf(409, 'Conflict', undefined, 'the object has been modified').message).toBe(
      'hub: cannot update services prod/db: 409 Conflict: the object has been modified',
    );
  });

  it('knows when to come back, from the header or the details', () => {
    expect(new KubeApiError(attempt, refusalOf(429, '', '7')).retryAfterSeconds).toBe(7);
    expect(errorOf(429, 'TooManyRequests', { retryAfterSeconds: 2 }).retryAfterSeconds).toBe(2);
    expect(
      new KubeApiError(attempt, refusalOf(429, '', 'Tue, 24 Nov 2026 07:28:00 GMT')).retryAfterSeconds,
    ).toBeUndefined();
  });

  it('quotes no more of a foreign page than its beginning', () => {
    const { message } = new KubeApiError(attempt, refusalOf(502, `<html>${'x'.repeat(5_000)}`, undefined));
    expect(message).toMatch(/^hub: cannot update services prod\/db: 502: <html>x+$/);
    expect(message.length).toBeLessThan(300);
  });

  it.each([
    { kind: 'Status', code: '500', reason: 5, message: [], details: [] },
    { kind: 'Status', details: { causes: 'no', name: 7, retryAfterSeconds: '3' } },
    { kind: 'Status', details: { causes: [null, 1, { reason: 1 }] } },
  ])('survives a Status of other types: %j', (status) => {
    const refusal = refusalOfStatus(status);
    expect(refusal?.code).toBe(500);
    expect(() => new KubeApiError(attempt, refusal ?? refusalOf(500, '', undefined))).not.toThrow();
  });

  it.each([null, 'Status', [], { kind: 'ConfigMap' }])('takes %j for no Status', (value) => {
    expect(refusalOfStatus(value)).toBeUndefined();
  });
});
