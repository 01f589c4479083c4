import { describe, expect, test } from 'vitest';
import { findCondition } from '#apis/conditions.ts';
import type { IExportedEndpointSlice } from '#apis/hub/exported-endpoint-slice.ts';
import { exportedServices } from '#apis/hub/exported-service.ts';
import type { IMember } from '#apis/hub/member.ts';
import type { IMemberReport } from '#apis/hub/member-report.ts';
import { projectRecord } from '#controllers/endpoints/record-view.ts';
import { judgeMember } from '#controllers/hub/claim.ts';
import { judgeClaim } from '#controllers/membership/claim.ts';
import { isStanding } from '#controllers/membership/report.ts';
import { isNamedObject, readPage } from '#src/kube/replies.ts';

/** Objects by which the fuzz has found a reader that trusted too much. Every one of them is JSON that a hub can send. */

/** No text can be made of it, and no number. */
const TRAP = JSON.parse('{"toString":1,"valueOf":null}');

/** What a hub sends is not what its types say. */
function from<T>(json: unknown): T {
  return JSON.parse(JSON.stringify(json));
}

describe('T17 found by the fuzz:', () => {
  test('conditions that are no list, or hold what is none', () => {
    for (const conditions of [{}, 'x', 7, [null], [[]], [TRAP]])
      expect(findCondition(from(conditions), 'Reachable')).toBeUndefined();
  });

  test('a UID that would not survive the annotation that remembers it', () => {
    const spec = {
      addressType: 'IPv4',
      ports: [],
      source: { uid: 'slice', generation: 1 },
      asserted: { uid: 'cluster', sequence: 1 },
      endpoints: [],
    };
    const view = (change: object) =>
      projectRecord(from<IExportedEndpointSlice>({ metadata: { name: 'x' }, spec: { ...spec, ...change } }));
    expect(view({}).invalid).toBeUndefined();
    for (const uid of ['a/b', '', 'a b', 'x'.repeat(300_000), TRAP]) {
      expect(view({ asserted: { uid, sequence: 1 } }).invalid).toMatch(/^spec.asserted/);
      expect(view({ source: { uid, generation: 1 } }).invalid).toMatch(/^spec.source/);
    }
    expect(view({ asserted: { uid: 'a', sequence: -1 } }).invalid).toMatch(/^spec.asserted/);
  });

  test('a claimant, or a reporter, that is no text', () => {
    const report = from<IMemberReport>({ metadata: {}, spec: { clusterUID: TRAP } });
    const member = from<IMember>({
      metadata: { name: 'zzzc' },
      spec: { takeover: TRAP },
      status: { claimedUID: TRAP },
    });
    expect(judgeMember({ member, report, housed: true })).toMatchObject({ claimedUID: undefined });
    expect(judgeClaim({ cluster: 'zzzc', uid: 'own', member, report }).is).toBe('open');
  });

  test('an own report whose names are none', () => {
    const report = from<IMemberReport>({
      metadata: {},
      spec: { clusterUID: 'a', clusterSetUID: 'b', inventory: { sequence: 1, services: ['prod.db', null] } },
    });
    expect(isStanding(report, { uid: 'a', clusterSetUID: 'b', floor: 0 })).toBe(false);
  });

  test.each([
    ['no name', { metadata: {} }],
    ['an empty name', { metadata: { name: '' } }],
    ['a name that is no text', { metadata: { name: 7 } }],
    ['a namespace that is no text', { metadata: { name: 'x', namespace: TRAP } }],
    ['a UID that is no text', { metadata: { name: 'x', uid: TRAP } }],
    ['a version that is no text', { metadata: { name: 'x', resourceVersion: 7 } }],
  ])('an object with %s has its list refused, before any cache files it', async (_what, object) => {
    expect(isNamedObject(object)).toBe(false);
    async function* body() {
      yield Buffer.from(JSON.stringify({ metadata: { resourceVersion: '1' }, items: [object] }));
    }
    const attempt = { cluster: 'hub', verb: 'list', target: exportedServices.plural } as const;
    await expect(readPage(attempt, exportedServices, body(), () => {})).rejects.toMatchObject({
      fault: 'malformed',
    });
  });
});
