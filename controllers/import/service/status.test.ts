import { describe, expect, test } from 'vitest';
import type { Condition } from '#apis/meta.ts';
import type { IServiceImport } from '#apis/multicluster/service-import.ts';
import { hubRecord, importFrom } from '#test/builders/imports.ts';
import { type DerivedState, desiredStatus, sameStatus } from './status.ts';

const NOON = Date.UTC(2026, 0, 1, 12);
const READY: DerivedState = { is: 'ready' };
const bare = importFrom(hubRecord('east'));
const held: IServiceImport = { ...bare, spec: { ...bare.spec, ips: ['10.0.0.7'] } };

function statusOf(derived: DerivedState, now = NOON, on: IServiceImport = held, heldBack: string[] = []) {
  return desiredStatus(on, { clusters: ['east', 'west'], derived, heldBack, now });
}

function readyOf(derived: DerivedState, heldBack: string[] = []): Condition | undefined {
  return statusOf(derived, NOON, held, heldBack).conditions?.[0];
}

describe('status of a ServiceImport', () => {
  test('lists the exporters and says that endpoints are here as slices', () => {
    expect(statusOf(READY)).toMatchObject({
      clusters: [{ cluster: 'east' }, { cluster: 'west' }],
      endpointSliceObjects: 'Present',
    });
  });

  test.each<[DerivedState, Partial<Condition>]>([
    [{ is: 'not wanted' }, { status: 'True', reason: 'Ready' }],
    [READY, { status: 'True', reason: 'Ready' }],
    [
      { is: 'ready', without: 'trafficDistribution PreferSameNode' },
      {
        status: 'True',
        reason: 'Ready',
        message: expect.stringContaining('does not know trafficDistribution PreferSameNode'),
      },
    ],
    [
      { is: 'pending', why: 'waiting' },
      { status: 'False', reason: 'Pending', message: 'waiting' },
    ],
    [
      { is: 'no family', families: ['IPv6'] },
      {
        status: 'False',
        reason: 'IPFamilyNotSupported',
        message: 'the exporting clusters share IPv6, which this cluster does not have',
      },
    ],
  ])('Ready tells how far the derived Service is: %j', (derived, condition) => {
    expect(readyOf(derived)).toMatchObject({ type: 'Ready', observedGeneration: 1, ...condition });
  });

  test('an import is not Ready before the address is on it that its clients come to read', () => {
    expect(statusOf(READY, NOON, bare).conditions?.[0]).toMatchObject({
      status: 'False',
      reason: 'Pending',
      message: 'waiting for the address of the derived Service',
    });
    const headless: IServiceImport = { ...bare, spec: { ...bare.spec, type: 'Headless' } };
    expect(statusOf(READY, NOON, headless).conditions?.[0]).toMatchObject({ status: 'True' });
  });

  test('Ready names what newer settings wait for', () => {
    expect(readyOf(READY, ['the record of cluster east is missing'])?.message).toContain(
      'newer settings wait: the record of cluster east is missing',
    );
  });

  test('a second pass changes nothing, whatever the time', () => {
    const on = { ...held, status: statusOf(READY) };
    const again = statusOf(READY, NOON + 60_000, on);
    expect(again).toEqual(on.status);
    expect(sameStatus(on, again)).toBe(true);
  });

  test('the transition time moves with the status only', () => {
    const on = { ...held, status: statusOf({ is: 'pending', why: 'waiting' }) };
    const why = statusOf({ is: 'pending', why: 'still waiting' }, NOON + 60_000, on);
    expect(why.conditions?.[0]?.lastTransitionTime).toBe('2026-01-01T12:00:00Z');
    expect(sameStatus(on, why)).toBe(false);
    expect(statusOf(READY, NOON + 60_000, on).conditions?.[0]?.lastTransitionTime).toBe(
      '2026-01-01T12:01:00Z',
    );
  });

  test('conditions of others stay', () => {
    const other: Condition = {
      type: 'Mine',
      status: 'True',
      reason: 'R',
      message: '',
      lastTransitionTime: 'x',
    };
    const on: IServiceImport = { ...held, status: { conditions: [other] } };
    expect(statusOf(READY, NOON, on).conditions?.[0]).toBe(other);
  });

  test('a CRD that drops endpointSliceObjects is not written to again and again', () => {
    const { endpointSliceObjects: _, ...pruned } = statusOf(READY);
    const on = { ...held, status: pruned };
    expect(sameStatus(on, statusOf(READY, NOON, on))).toBe(true);
    const absent: IServiceImport = { ...held, status: { ...pruned, endpointSliceObjects: 'Absent' } };
    expect(sameStatus(absent, statusOf(READY, NOON, absent))).toBe(false);
  });

  test('another set of clusters is a difference', () => {
    const on: IServiceImport = { ...held, status: { ...statusOf(READY), clusters: [{ cluster: 'east' }] } };
    expect(sameStatus(on, statusOf(READY, NOON, on))).toBe(false);
  });
});
