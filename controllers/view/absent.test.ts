import { expect, it } from 'vitest';
import { memberNamespace } from '#apis/hub/member.ts';
import { ABSENT_NAMESPACES_ANNOTATION, type ILease } from '#apis/kubernetes/lease.ts';
import { condition } from '#test/builders/traces.ts';
import { importedIn, showImportedIn } from './absent.ts';

const member = (name: string, claimed: 'True' | 'False' = 'True') => ({
  metadata: { name },
  status: { conditions: [condition('Claimed', claimed, 'Why')] },
});

const lease = (cluster: string, absent: string): ILease => ({
  metadata: {
    namespace: memberNamespace(cluster),
    name: 'tombolo-member',
    annotations: { [ABSENT_NAMESPACES_ANNOTATION]: absent },
  },
});

it('an export goes to every claimed member but those that say that they lack its namespace', () => {
  const members = [member('zzzc'), member('shbt'), member('bjpdc'), member('never', 'False')];
  const leases = [lease('shbt', 'calm,prod'), lease('zzzc', ''), lease('bjpdc', 'production')];
  const found = importedIn('prod', members, leases);
  expect(found).toEqual({ clusters: ['bjpdc', 'zzzc'], not: [{ cluster: 'shbt', why: 'namespace absent' }] });
  expect(showImportedIn(found)).toBe('bjpdc,zzzc; not in shbt: namespace absent');
  expect(showImportedIn({ clusters: [], not: [] })).toBe('');
});
