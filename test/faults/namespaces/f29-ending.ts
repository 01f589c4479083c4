import { expect } from 'vitest';
import { namespaces } from '#apis/kubernetes/namespace.ts';
import { orAbsent } from '#src/kube/or-absent.ts';
import type { MemberCluster } from '#test/driver/cluster.ts';
import { eventually } from '#test/driver/eventually.ts';
import { exportsPlain } from '#test/driver/exporting.ts';
import type { OpenedSet } from '#test/driver/use-set.ts';
import { faultKeepingAll } from '../frame/keeping.ts';
import { Churn } from './churn.ts';
import { type RequestIn, requestsIn } from './requests-in.ts';

const NS = 'ending';
const EXPORTS = ['a', 'b', 'c', 'd', 'e'];

/** The stock namespace controller runs in zzzc: it empties the namespace while zzzc's agent is told of ever new endpoints. */
export function ending(set: OpenedSet): void {
  faultKeepingAll(
    set,
    'F29',
    'nothing is made in it any more, it is gone, and all is imported where it comes again',
    async (finding) => {
      const [zzzc, shbt] = [set().member('zzzc'), set().member('shbt')];
      for (const member of [zzzc, shbt]) await member.namespace(NS);
      for (const name of EXPORTS) await exportsPlain(shbt, NS, name, '198.18.36.10');
      for (const name of EXPORTS) {
        await zzzc.awaitAddresses(NS, name, 'shbt', ['198.18.36.10']);
        await zzzc.awaitImport(NS, name, ({ spec }) => expect(spec.ips).toHaveLength(1));
      }
      const { audit } = set().cluster('zzzc');
      const churn = Churn.start(shbt, NS, EXPORTS);
      await churn.reached(EXPORTS.length);

      const since = await audit.mark();
      const began = performance.now();
      await zzzc.deletes(namespaces, undefined, NS);
      await gone(zzzc);
      const tookMs = performance.now() - began;
      const whileEnding = await requestsIn(set().cluster('zzzc'), NS, since);
      const changesUntilGone = churn.changes;
      await zzzc.namespace(NS);
      await churn.reached(changesUntilGone + 2 * EXPORTS.length);
      await churn.stop();

      for (const name of EXPORTS) {
        await zzzc.awaitAddresses(NS, name, 'shbt', [churn.addressOf(name)]);
        await zzzc.awaitImport(NS, name, ({ spec }) => expect(spec.ips).toHaveLength(1));
      }
      const refused = whileEnding.filter(({ code }) => code === 403);
      expect(refused.length).toBe(new Set(refused.map(({ key }) => key)).size);
      expect(createsAfterFirstRefusal(whileEnding)).toEqual([]);
      finding.records({
        'changes while it ended': changesUntilGone,
        'ended after, ms': Math.round(tookMs),
        'refused creates': refused.length,
        'made in it meanwhile': whileEnding.filter(({ verb, code }) => verb === 'create' && code === 201)
          .length,
      });
    },
  );

  async function gone({ client }: MemberCluster): Promise<void> {
    await eventually(
      `namespace ${NS} is gone`,
      async () => {
        const left = await orAbsent(client.get(namespaces, { name: NS }));
        if (left !== undefined) throw new Error(`it is still there: ${JSON.stringify(left.status)}`);
      },
      120_000,
    );
  }
}

/** What was tried to be made again after the API server had said for that object that it lets nobody. */
function createsAfterFirstRefusal(requests: readonly RequestIn[]): string[] {
  const refused = new Set<string>();
  const later: string[] = [];
  for (const { verb, key, code } of requests) {
    if (verb === 'create' && refused.has(key)) later.push(`${key} ${code}`);
    if (code === 403) refused.add(key);
  }
  return later;
}
