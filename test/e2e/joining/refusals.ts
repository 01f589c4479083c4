import { describe, expect, it } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { invite } from '#test/driver/invitation.ts';
import type { Exchange } from '#test/proxy/exchange.ts';
import type { Stage } from './stage.ts';

/** What stands in the way of a join is told before anything is written. */
export function refusals(stage: Stage): void {
  describe('a join that cannot be says why in one line each, and has written nothing', () => {
    it.each<[string, (bundle: Awaited<ReturnType<typeof invite>>) => void, RegExp, number]>([
      [
        'an expired bundle',
        (bundle) => {
          bundle.expires = '2026-01-01T00:00:00Z';
        },
        /the bundle expired at 2026-01-01T00:00:00Z, it is 20\S+Z now: have another one made \(tombolo hub invite zzzc\)/,
        1,
      ],
      [
        'a bundle of another hub under this URL',
        (bundle) => {
          bundle.hub.clusterSetUID = 'another';
        },
        /zzzc: the hub under https:\S+ is another one than the bundle was made for \(ClusterSet \S+, not another\)/,
        1,
      ],
      [
        'a hub that nobody runs',
        (bundle) => {
          bundle.hub.server = 'https://127.0.0.1:1';
        },
        /the hub https:\/\/127.0.0.1:1 cannot be used from here: connection refused/,
        3,
      ],
      [
        'a token that is nobody’s',
        (bundle) => {
          bundle.token = 'a.b.c';
        },
        /the hub does not take the bundle: it is used up, or a later invitation has replaced it/,
        1,
      ],
    ])('%s', async (_what, spoil, line, code) => {
      const bundle = await invite(stage.hub(), 'zzzc');
      spoil(bundle);
      const ran = await stage.keyboard.joins('zzzc', bundle);
      expect(ran.err.filter((said) => line.test(said))).toHaveLength(1);
      expect(ran.err.at(-1)).toMatch(/nothing was written$/);
      expect(ran.code).toBe(code);
      expect(await stage.written(stage.set().cluster('zzzc'))).toEqual([]);
    });

    it('a bundle for another cluster id than the one that was asked for', async () => {
      const ran = await stage.keyboard.joins(
        'zzzc',
        await invite(stage.hub(), 'shbt'),
        '--cluster-id',
        'zzzc',
      );
      expect(ran.code).toBe(2);
      expect(ran.err).toEqual([
        expect.stringMatching(
          /tombolo join: \S+ is for the cluster id shbt, not for zzzc: have one made for that/,
        ),
      ]);
    });

    it('clocks that are an hour apart: both times are named', async () => {
      const script = stage.proxy.script({
        when: ({ path }) => path === '/version',
        action: async (exchange: Exchange) => {
          const date = new Date(Date.now() - 3_600_000).toUTCString();
          exchange.begin(200, { 'content-type': 'application/json', date });
          exchange.end();
        },
      });
      const bundle = await invite(stage.hub(), 'zzzc', { server: stage.proxy.url, ca: stage.proxy.ca });
      const ran = await stage.keyboard.joins('zzzc', bundle);
      script.cancel();
      expect(ran.code).toBe(1);
      expect(ran.err.at(-1)).toMatch(
        /the clocks are too far apart: it is \S+Z here and \S+Z on the hub; .*nothing was written/,
      );
      expect(await stage.written(stage.set().cluster('zzzc'))).toEqual([]);
    });

    it('credentials that may only look: identity and verb are named before any write', async () => {
      const ran = await stage.keyboard.joins('reader', await invite(stage.hub(), 'zzzc'));
      expect(ran.code).toBe(1);
      expect(ran.err).toContain(
        'tombolo join: reader: system:serviceaccount:default:reader may not create secrets tombolo-hub in namespace tombolo-system',
      );
      expect(ran.err.at(-1)).toBe('tombolo join: nothing was written');
    });

    it('a dry run shows it all, and leaves the bundle as it is', async () => {
      const bundle = await invite(stage.hub(), 'zzzc');
      const ran = await stage.keyboard.joins('zzzc', bundle, '--dry-run=client', '-o', 'yaml');
      expect(ran.code).toBe(0);
      const kinds = parseAllDocuments(ran.out).map((document) => document.toJS().kind);
      expect(kinds).toContain('Deployment');
      expect(ran.out).not.toContain(Buffer.from(bundle.token).toString('base64'));
      expect(await stage.written(stage.set().cluster('zzzc'))).toEqual([]);
      const judged = await stage.keyboard.joins('zzzc', bundle, '--dry-run=server');
      expect([judged.code, judged.out]).toEqual([
        0,
        expect.stringContaining('deployment/tombolo-member created (server dry run)'),
      ]);
    });
  });
}
