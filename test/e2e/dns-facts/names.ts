import { describe, expect, it } from 'vitest';
import type { Fleet } from './fleet.ts';
import { outcome } from './look.ts';

const KINDS: readonly { kind: string; from: keyof Fleet; pods: string }[] = [
  { kind: "the cluster's own block", from: 'inline', pods: 'resolves' },
  { kind: 'a block apart', from: 'separate', pods: 'NXDOMAIN' },
  { kind: 'a block apart with noendpoints', from: 'noendpoints', pods: 'NXDOMAIN' },
];
const ZONE = 'prod.svc.clusterset.local';

/**
 * `db` is headless, with pods db-0 and db-1 in zzzc, and db-0 and one without a hostname in shbt; `empty` is headless, and
 * nobody is there.
 */
export function names(fleet: () => Fleet): void {
  describe.each(KINDS)('from $kind', ({ from, pods }) => {
    const dns = () => fleet()[from];

    it('come all pods of all clusters under the name of the Service', async () => {
      const { answers } = await dns().ask({ name: `db.${ZONE}`, type: 'A' });
      expect(answers).toEqual(['198.18.1.7', '198.18.1.8', '198.18.2.7', '198.18.2.9']);
    });

    it.each([
      ['db-0.zzzc.db', '198.18.1.7'],
      ['db-0.shbt.db', '198.18.2.7'],
      ['198-18-2-9.shbt.db', '198.18.2.9'],
      ['DB-0.ZZZC.Db', '198.18.1.7'],
    ])('comes one pod under its own: %s', async (pod, address) => {
      expect((await dns().ask({ name: `${pod}.${ZONE}`, type: 'A' })).answers).toEqual([address]);
    });

    it.each(['shbt.db', 'db-0.db', 'db-0.elsewhere.db', 'x.db-0.shbt.db', 'missing'])(
      'comes nothing for %s',
      async (missing) => {
        expect(await outcome(dns(), `${missing}.${ZONE}`)).toBe('NXDOMAIN');
      },
    );

    it('comes nothing for a Service of the cluster that is not of the set', async () => {
      expect(await outcome(dns(), 'kubernetes.default.svc.clusterset.local')).toBe('NXDOMAIN');
    });

    it('comes an empty answer for a family that no pod has, and for what is only part of a name', async () => {
      const { rcode, answers } = await dns().ask({ name: `db.${ZONE}`, type: 'AAAA' });
      expect([rcode, answers]).toEqual(['NOERROR', []]);
      expect(await outcome(dns(), ZONE)).toBe('NODATA');
    });

    it('come ports and pods for SRV, with the pods’ addresses', async () => {
      const { answers, additionals } = await dns().ask({ name: `_sql._tcp.db.${ZONE}`, type: 'SRV' });
      const hosts = ['198-18-2-9.shbt', 'db-0.shbt', 'db-0.zzzc', 'db-1.zzzc'];
      expect(answers).toEqual(hosts.map((host) => `0 25 5432 ${host}.db.${ZONE}`));
      expect(additionals).toContain(`db-0.shbt.db.${ZONE} A 198.18.2.7`);
    });

    it(`comes for the address of a pod spelled as a name: ${pods}`, async () => {
      expect(await outcome(dns(), '198-18-2-7.prod.pod.clusterset.local')).toBe(pods);
    });
  });
}
