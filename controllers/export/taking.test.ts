import { describe, expect, test } from 'vitest';
import { KubeApiError, TransportError } from '#src/kube/errors.ts';
import { TerminalError } from '#src/runtime/controller.ts';
import { asError } from '#src/runtime/errors.ts';
import { judge } from '#src/runtime/outcome.ts';
import type { RecordStep } from './records.ts';
import { takePlan } from './taking.ts';

const asserted = { uid: 'uid', sequence: 1 };
const source = { uid: 'slice', generation: 1 };
const slice = (sliceHash: string): RecordStep => ({
  do: 'create slice',
  sliceHash,
  spec: { addressType: 'IPv4', ports: [], source, endpoints: [], asserted },
});
const service: RecordStep = {
  do: 'create service',
  draft: {
    spec: {
      service: { namespace: 'prod', name: 'db' },
      export: { uid: 'export', creationTimestamp: '2026-01-01T00:00:00Z' },
      type: 'Headless',
      ports: [],
      asserted,
    },
    slices: [],
    sequence: undefined,
    above: 0,
  },
};
const attempt = { cluster: 'hub', verb: 'create', target: 'exportedendpointslices.hub.tombolo.dev' };
const denied = new KubeApiError(attempt, { code: 403, reason: 'Forbidden', message: 'not on this hub' });
const tooLarge = new TerminalError('the export is too large to be sent');

const nameOf = (step: RecordStep) => ('sliceHash' in step ? step.sliceHash : step.do);

/** Takes a plan where these are refused; returns what was tried and what was thrown. */
async function taken(
  steps: RecordStep[],
  named: RecordStep[],
  refusals: Record<string, Error>,
): Promise<{ tried: string[]; thrown: unknown }> {
  const tried: string[] = [];
  const take = async (step: RecordStep) => {
    tried.push(nameOf(step));
    const refusal = refusals[nameOf(step)];
    if (refusal !== undefined) throw refusal;
  };
  const thrown = await takePlan(steps, () => named, take).catch((error: unknown) => error);
  return { tried, thrown };
}

describe('of a plan', () => {
  test('all is taken, and nothing else', async () => {
    const all = await taken([service, slice('a')], [slice('b')], {});
    expect(all).toEqual({ tried: ['create service', 'a'], thrown: undefined });
  });

  test('one refused slice holds up no other', async () => {
    const { tried, thrown } = await taken([slice('a'), slice('b')], [slice('c')], { a: denied });
    expect(tried).toEqual(['a', 'b']);
    expect(thrown).toBe(denied);
  });

  test('what follows a refused Service is left, and what the hub’s inventory names is written', async () => {
    const { tried, thrown } = await taken([service, slice('a')], [slice('b')], {
      'create service': tooLarge,
    });
    expect(tried).toEqual(['create service', 'b']);
    expect(thrown).toBe(tooLarge);
  });

  test('a slice that is refused besides is tried again although the Service is not, and both are told', async () => {
    const { thrown } = await taken([service], [slice('a')], { 'create service': tooLarge, a: denied });
    expect(asError(thrown).message).toContain(tooLarge.message);
    expect(asError(thrown).message).toContain(denied.message);
    expect(judge({ kind: 'threw', error: asError(thrown) }).next.do).toBe('retry');
    expect(judge({ kind: 'threw', error: tooLarge }).next.do).toBe('forget');
  });

  test('what is no refusal ends all at once', async () => {
    const cut = new TransportError(attempt, 'cut', 'no answer');
    const { tried, thrown } = await taken([slice('a'), slice('b')], [], { a: cut });
    expect([tried, thrown]).toEqual([['a'], cut]);
  });
});
