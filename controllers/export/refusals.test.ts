import { describe, expect, it } from 'vitest';
import { KubeApiError, TransportError } from '#src/kube/errors.ts';
import { limitOf, refusalOf } from './refusals.ts';

const attempt = { cluster: 'hub', verb: 'create', target: 'exportedservices.hub.tombolo.dev prod.db' };
const refused = (code: number, message: string) =>
  new KubeApiError(attempt, { code, reason: 'Forbidden', message });

describe('a refusal of the hub', () => {
  it('by limits says which, and who can change them', () => {
    const message =
      'exportedservices.hub.tombolo.dev "prod.db" is forbidden: exceeded quota: tombolo-records, requested: ' +
      'count/exportedservices.hub.tombolo.dev=1, used: count/exportedservices.hub.tombolo.dev=2, limited: ' +
      'count/exportedservices.hub.tombolo.dev=2';
    expect(refusalOf(refused(403, message))).toBe(
      'this member may have no more than 2 exportedservices there (ResourceQuota tombolo-records): ' +
        'unexport others, or have its admin raise that with `tombolo hub member add`',
    );
  });

  it('by limits that nobody counts says that it waits for the counting', () => {
    const message =
      'exportedservices.hub.tombolo.dev "prod.db" is forbidden: status unknown for quota: tombolo-records, ' +
      'resources: count/exportedservices.hub.tombolo.dev';
    expect(refusalOf(refused(403, message))).toContain('nobody has counted there yet');
  });

  it('of another kind is told in the hub’s words', () => {
    expect(refusalOf(refused(403, 'no'))).toContain('403 Forbidden: no');
    expect(limitOf(refused(403, 'no'))).toBeUndefined();
  });

  it('that passes by itself is none', () => {
    for (const code of [401, 409, 429, 500, 503]) expect(refusalOf(refused(code, 'later'))).toBeUndefined();
    expect(refusalOf(new TransportError(attempt, 'timeout', 'no answer'))).toBeUndefined();
  });
});
