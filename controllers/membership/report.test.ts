import { describe, expect, test } from 'vitest';
import type { IMemberReport } from '#apis/hub/member-report.ts';
import { isStanding, planReport, type ReportInput } from './report.ts';

const IDENTITY = { uid: 'own', clusterSetUID: 'set', floor: 10 };

function report(spec: Partial<IMemberReport['spec']> = {}): IMemberReport {
  return {
    metadata: { name: 'report', namespace: 'member-zzzc' },
    spec: {
      clusterUID: 'own',
      clusterSetUID: 'set',
      agentVersion: '1.0.0',
      inventory: { sequence: 20, services: ['prod.db', 'prod.web'] },
      ...spec,
    },
  };
}

function plan(input: Partial<ReportInput> = {}) {
  return planReport({
    claim: { is: 'claimed' },
    identity: IDENTITY,
    agentVersion: '1.0.0',
    services: ['prod.db', 'prod.web'],
    held: report(),
    leftovers: () => false,
    unvouched: () => true,
    later: () => false,
    ...input,
  });
}

describe('the report', () => {
  test('is left alone where it is right: a clean restart writes nothing', () => {
    expect(plan()).toEqual({ do: 'nothing' });
  });

  test('gets a new sequence once when others find this member unreachable: readers need not wait for the controller', () => {
    expect(plan({ doubtedAt: 20 })).toMatchObject({ do: 'update', newSequence: true });
    expect(plan({ doubtedAt: 21 })).toMatchObject({ do: 'update', newSequence: true });
    expect(plan({ doubtedAt: 19 })).toEqual({ do: 'nothing' });
    const refused = { is: 'refused', why: 'another cluster has this id' } as const;
    expect(plan({ doubtedAt: 20, claim: refused })).toMatchObject({ do: 'wait' });
    const leftovers = { services: ['prod.db', 'prod.new', 'prod.web'], leftovers: () => true };
    expect(plan({ doubtedAt: 20, ...leftovers })).toMatchObject({
      do: 'update',
      services: ['prod.db', 'prod.web'],
    });
    expect(plan({ doubtedAt: 20, ...leftovers, unvouched: () => false })).toMatchObject({ do: 'wait' });
  });

  test.each([
    ['a service is exported', { services: ['prod.db', 'prod.new', 'prod.web'] }],
    ['a service is no longer exported', { services: ['prod.db'] }],
    ['another takes its place', { services: ['prod.db', 'prod.new'] }],
    ['nothing is exported any more: leaving ends in an empty report', { services: [] }],
    ['it was written for another ClusterSet', { held: report({ clusterSetUID: 'old set' }) }],
    [
      'it is from before a rollback',
      { held: report({ inventory: { sequence: 9, services: ['prod.db', 'prod.web'] } }) },
    ],
  ])('gets a new sequence where %s', (_name, input) => {
    expect(plan(input)).toMatchObject({ do: 'update', newSequence: true });
  });

  test('gets a new sequence where records came after it that it does not name: it could not prove their end', () => {
    expect(plan({ later: () => true })).toMatchObject({ do: 'update', newSequence: true });
    expect(plan({ later: () => true, claim: { is: 'refused', why: '' } })).toMatchObject({ do: 'wait' });
  });

  test('keeps its sequence where only the agent is another version', () => {
    expect(plan({ agentVersion: '1.1.0' })).toMatchObject({ do: 'update', newSequence: false });
  });

  test('waits with a new name until the old records of that name are gone', () => {
    const services = ['prod.db', 'prod.new', 'prod.web'];
    expect(plan({ services, leftovers: (name) => name === 'prod.new' }).do).toBe('wait');
    expect(plan({ services, leftovers: (name) => name === 'prod.db' }).do).toBe('update');
  });

  test('leaves a name with old records out once more, and holds up no other', () => {
    const held = report({ inventory: { sequence: 20, services: ['prod.api', 'prod.x'] } });
    const input = { held, services: ['prod.db', 'prod.web', 'prod.x'] };
    const leftovers = (name: string) => name === 'prod.db';
    const others = { do: 'update', newSequence: true, services: ['prod.web', 'prod.x'] };
    expect(plan({ ...input, leftovers })).toMatchObject(others);
    // Once that is written it waits, and names it as soon as they are gone.
    const written = report({ inventory: { sequence: 21, services: ['prod.web', 'prod.x'] } });
    expect(plan({ ...input, held: written, leftovers })).toEqual({
      do: 'wait',
      why: 'old records of prod.db are still on the hub',
    });
    expect(plan({ ...input, held: written })).toMatchObject({ do: 'update', services: input.services });
  });

  test('waits with all where something may have vouched for that name since: to leave it out would be proof', () => {
    const input = { services: ['prod.db', 'prod.new'], leftovers: (name: string) => name === 'prod.new' };
    expect(plan({ ...input, unvouched: (name) => name !== 'prod.new' }).do).toBe('wait');
    // Nobody asks that of what is named.
    expect(plan({ ...input, unvouched: (name) => name === 'prod.new' })).toMatchObject({
      do: 'update',
      services: ['prod.db'],
    });
  });

  test('says what it has to say of its own while a name waits for the end of its old records', () => {
    const input = {
      services: ['prod.db', 'prod.new', 'prod.web'],
      leftovers: (name: string) => name === 'prod.new',
    };
    const services = ['prod.db', 'prod.web'];
    expect(plan({ ...input, later: () => true })).toMatchObject({ newSequence: true, services });
    expect(plan({ ...input, agentVersion: '1.1.0' })).toMatchObject({ newSequence: false, services });
  });

  test('does not wait where what it said before no longer counts', () => {
    const held = report({ inventory: { sequence: 9, services: [] } });
    expect(plan({ held, leftovers: () => true }).do).toBe('update');
  });

  test('is created where there is none, and as the claim of an open id', () => {
    expect(plan({ held: undefined }).do).toBe('create');
    expect(plan({ held: undefined, claim: { is: 'open', why: '' } }).do).toBe('create');
  });

  test("is not touched by who is not the claimant, and another's is removed only by the claimant", () => {
    expect(plan({ claim: { is: 'refused', why: 'the id is taken' }, held: undefined }).do).toBe('wait');
    expect(plan({ held: report({ clusterUID: 'other' }) }).do).toBe('remove');
  });
});

describe('a report counts', () => {
  test.each([
    ['not where there is none', undefined, false],
    ['where cluster, set and sequence are right', report(), true],
    ["not where it is another cluster's", report({ clusterUID: 'other' }), false],
    ['not for another ClusterSet', report({ clusterSetUID: 'old set' }), false],
    ['not below the floor', report({ inventory: { sequence: 9, services: [] } }), false],
  ])('%s', (_name, held, expected) => {
    expect(isStanding(held, IDENTITY)).toBe(expected);
  });

  test.each(['spec', 'spec.inventory', 'spec.inventory.services', 'spec.inventory.sequence'])(
    'not without its %s, which a hub without schema lets pass',
    (path) => {
      const held = report();
      const parts = path.split('.');
      const last = parts.pop() ?? '';
      Reflect.deleteProperty(
        parts.reduce((at, part) => Reflect.get(at, part), held as object),
        last,
      );
      expect(isStanding(held, IDENTITY)).toBe(false);
      expect(() => plan({ held })).not.toThrow();
    },
  );
});
