import { describe, expect, it } from 'vitest';
import { KubeApiError } from '#src/kube/errors.ts';
import { NotYet, TerminalError } from './controller.ts';
import { ReconcileTimeout } from './errors.ts';
import { judge, type Outcome, type Verdict } from './outcome.ts';

const threw = (error: Error) => ({ kind: 'threw', error }) as const;
const returned = (result?: { requeueAfter?: number }) => ({ kind: 'returned', result }) as const;
const refusal = (reason: string) =>
  new KubeApiError(
    { cluster: 'hub', verb: 'update', target: 'things a' },
    { code: 409, reason, message: 'no' },
  );
const conflict = refusal('Conflict');
const overloaded = new KubeApiError(
  { cluster: 'hub', verb: 'update', target: 'things a' },
  { code: 429, reason: 'TooManyRequests', message: 'later', retryAfterSeconds: 3 },
);

describe('what follows from a reconcile that', () => {
  it.each<[string, Exclude<Outcome, { kind: 'stopped' }>, Verdict]>([
    ['returned nothing', returned(), { result: 'success', next: { do: 'forget' } }],
    ['returned an empty result', returned({}), { result: 'success', next: { do: 'forget' } }],
    [
      'asked to come again',
      returned({ requeueAfter: 10_000 }),
      { result: 'requeue_after', next: { do: 'forget', after: 10_000 } },
    ],
    [
      'asked to come again at once (0 means now: a deadline computed to this very moment must not be lost)',
      returned({ requeueAfter: 0 }),
      { result: 'requeue_after', next: { do: 'forget', after: 0 } },
    ],
    [
      'asked to come again at no time',
      returned({ requeueAfter: Number.NaN }),
      { result: 'error', next: { do: 'retry' }, trouble: 'defect' },
    ],
    [
      'has to wait with what it would do',
      threw(new NotYet('somebody fights', 4_000)),
      { result: 'requeue_after', next: { do: 'forget', after: 4_000 } },
    ],
    [
      'met a server that asked again and again to be left alone',
      threw(new Error('cannot write', { cause: overloaded })),
      { result: 'error', next: { do: 'retry', atLeast: 3_000 }, trouble: 'failure' },
    ],
    ['failed', threw(new Error('no')), { result: 'error', next: { do: 'retry' }, trouble: 'failure' }],
    [
      'met a newer version',
      threw(conflict),
      { result: 'requeue', next: { do: 'retry' }, trouble: 'conflict' },
    ],
    [
      'found there what it was to create',
      threw(refusal('AlreadyExists')),
      { result: 'requeue', next: { do: 'retry' }, trouble: 'conflict' },
    ],
    [
      'met a newer version, wrapped with what was attempted',
      threw(new Error('update slice', { cause: conflict })),
      { result: 'requeue', next: { do: 'retry' }, trouble: 'conflict' },
    ],
    [
      'cannot succeed before the next change',
      threw(new TerminalError('no')),
      { result: 'error', next: { do: 'forget' }, trouble: 'terminal' },
    ],
    [
      'passed its deadline, whatever it threw then',
      threw(new ReconcileTimeout(60_000, { cause: conflict })),
      { result: 'error', next: { do: 'retry' }, trouble: 'timeout' },
    ],
    [
      'hit a mistake of ours',
      threw(new TypeError('x is undefined')),
      { result: 'error', next: { do: 'retry' }, trouble: 'defect' },
    ],
  ])('%s', (_what, outcome, verdict) => {
    expect(judge(outcome)).toEqual(verdict);
  });
});
