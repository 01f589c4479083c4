import { expect, onTestFinished } from 'vitest';
import { exportsPlain } from '#test/driver/exporting.ts';
import { proxiedAtHome } from '#test/driver/proxied.ts';
import type { OpenedSet } from '#test/driver/use-set.ts';
import type { ProxiedRequest } from '#test/proxy/request.ts';
import { faultKeepingAll } from '../frame/keeping.ts';
import { Noise } from './noise.ts';

const EXPORTS = 40;
/** What an API server asks for that refuses for load. */
const RETRY_AFTER_MS = 1_000;
/** Timers and the proxy's clock count from different moments. */
const SLACK_MS = 10;

/** zzzc's own API server takes two writes at a time, and somebody else keeps it busy, while much is imported. */
export function overload(set: OpenedSet): void {
  faultKeepingAll(
    set,
    'F21',
    'a server that takes two writes at a time: all is imported, and whoever was refused waits as asked',
    async (finding) => {
      const [zzzc, shbt] = [set().member('zzzc'), set().member('shbt')];
      const { proxy, kubeconfig } = await proxiedAtHome(set(), 'zzzc');
      await set().restartAgent('zzzc', { kubeconfig });
      const noise = Noise.start(set().cluster('zzzc'));
      onTestFinished(async () => {
        await noise.stop();
        await set().restartAgent('zzzc');
        await proxy.close();
      });
      const names = Array.from({ length: EXPORTS }, (_, n) => `burst-${n}`);
      await Promise.all(names.map((name, n) => exportsPlain(shbt, 'prod', name, `198.18.21.${n}`)));
      for (const [n, name] of names.entries()) {
        await zzzc.awaitAddresses('prod', name, 'shbt', [`198.18.21.${n}`]);
        await zzzc.awaitImport('prod', name, ({ spec }) => expect(spec.ips).toHaveLength(1));
      }
      const writes = proxy.requests.filter(({ mutation }) => mutation !== undefined);
      const refused = writes.filter(({ status }) => status === 429);
      // Without them nothing was tried.
      expect(refused.length).toBeGreaterThan(0);
      for (const one of refused) {
        const next = writes.find((other) => other.at > one.at && sameWrite(other, one));
        if (next === undefined) continue;
        expect(next.at - one.at, `${one.verb} ${objectOf(one)}`).toBeGreaterThan(RETRY_AFTER_MS - SLACK_MS);
      }
      const objects = new Set(writes.map(objectOf)).size;
      finding.records({ '429s': refused.length, writes: writes.length, 'objects written': objects });
    },
  );
}

function sameWrite(a: ProxiedRequest, b: ProxiedRequest): boolean {
  return a.method === b.method && objectOf(a) === objectOf(b);
}

/** A create is sent to the collection: which object it is about stands in its body. */
function objectOf({ path, verb, body }: ProxiedRequest): string {
  if (verb !== 'create') return path;
  const { metadata } = JSON.parse(body) as { metadata?: { name?: string; generateName?: string } };
  return `${path}/${metadata?.name ?? ''}`;
}
