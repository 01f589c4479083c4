import { describe, expect, it } from 'vitest';
import { dnsNameOf, type Traced, tracedBy } from './name.ts';

const DB: Traced = { namespace: 'prod', service: 'db' };
const POD: Traced = { ...DB, pod: { hostname: 'db-0', cluster: 'zzzc' } };

describe('what is traced', () => {
  it.each<[string, Traced | undefined]>([
    ['db', DB],
    ['db-0.zzzc.db', POD],
    ['db.prod.svc.clusterset.local', DB],
    ['db-0.zzzc.db.prod.svc.clusterset.local.', POD],
    ['db.prod', undefined],
    ['DB', undefined],
    ['a/b', undefined],
  ])('%s', (name, traced) => {
    expect(tracedBy(name, 'prod', 'clusterset.local')).toEqual(traced);
  });

  it('has a name that reads as it was read', () => {
    for (const traced of [DB, POD]) {
      expect(tracedBy(dnsNameOf(traced, 'clusterset.local'), 'other', 'clusterset.local')).toEqual(traced);
    }
  });
});
