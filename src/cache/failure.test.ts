import { expect, it } from 'vitest';
import { KubeApiError, TransportError, type TransportFault } from '#src/kube/errors.ts';
import { isUnanswered, type Remedy, remedyFor, ShortWatchError, WentBackError } from './failure.ts';

const attempt = { cluster: 'hub', verb: 'watch', target: 'services' };

function api(code: number, reason: string, name?: string): KubeApiError {
  return new KubeApiError(attempt, {
    code,
    reason,
    message: 'x',
    details: name === undefined ? {} : { name },
  });
}

function transport(fault: TransportFault): TransportError {
  return new TransportError(attempt, fault, 'x');
}

it.each<[string, unknown, Remedy]>([
  ['connection refused', transport('refused'), 'rewatch'],
  ['a cut stream', transport('cut'), 'rewatch'],
  ['no route', transport('unreachable'), 'rewatch'],
  ['an untrusted certificate', transport('certificate'), 'rewatch'],
  ['a stream that fell silent', transport('silent'), 'probe'],
  ['a line that is no event', transport('malformed'), 'relist'],
  ['429', api(429, 'TooManyRequests'), 'rewatch'],
  ['500', api(500, 'InternalError'), 'rewatch'],
  ['403', api(403, 'Forbidden'), 'rewatch'],
  ['410', api(410, 'Expired'), 'relist'],
  ['a kind that is gone', api(404, ''), 'relist'],
  [
    'too large a version',
    new KubeApiError(attempt, { code: 504, reason: 'Timeout', message: 'Too large resource version: 9' }),
    'verify',
  ],
  ['a version below one seen', new WentBackError('x'), 'verify'],
  ['a watch that is closed at once', new ShortWatchError('x'), 'rewatch'],
  ['a bug of ours', new TypeError('x'), 'relist'],
])('%s: %s', (_name, error, remedy) => {
  expect(remedyFor(error)).toBe(remedy);
});

it.each<[string, unknown, boolean, boolean]>([
  ['connection refused', transport('refused'), false, true],
  ['a deadline', transport('timeout'), false, true],
  ['a connection cut before the watch opened', transport('cut'), false, true],
  ['a connection cut under an open watch', transport('cut'), true, false],
  ['a list that nobody can read', transport('malformed'), false, false],
  ['503 of a server that starts', api(503, 'ServiceUnavailable'), false, false],
  ['410 in the stream', api(410, 'Expired'), true, false],
])('%s: without an answer?', (_name, error, opened, unanswered) => {
  expect(isUnanswered(error, opened)).toBe(unanswered);
});
