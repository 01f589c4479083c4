import { setImmediate as turn } from 'node:timers/promises';
import { expect } from 'vitest';
import { AgentProcess } from '#test/driver/agent-process.ts';
import { headless, pods, slice } from '#test/driver/builders.ts';
import { MemoryLimit } from '#test/driver/memory-limit.ts';
import type { OpenedSet } from '#test/driver/use-set.ts';
import { Deletions } from '../frame/deletions.ts';
import { fault } from '../frame/fault.ts';
import { deletesOfWithdrawal } from '../frame/withdrawal.ts';

const NS = 'heavy';
const EXPORTS = ['a', 'b', 'c', 'd'];
const ENDPOINTS = 1_000;
/** What the importer may have beyond what it has when it is at rest. */
const SPARE_BYTES = 4 * 1024 * 1024;
/** Where nobody may make a control group: too little for it to work, but enough to start. */
const SMALL_HEAP = { NODE_OPTIONS: '--max-old-space-size=24' };

/**
 * zzzc's importer gets thousands of endpoints that change without pause and has no memory for them. The kernel kills
 * it as it would a container; where the machine has no control groups for us, V8 ends it.
 */
export function memory(set: OpenedSet): void {
  fault(
    'F40',
    'an importer is killed for its memory in the middle of its work, and goes on when it is started again',
    async (finding) => {
      const [zzzc, shbt] = [set().member('zzzc'), set().member('shbt')];
      await Promise.all(set().members.map((member) => member.namespace(NS)));
      let changes = 0;
      /** Other addresses for every endpoint of one export. */
      const change = async () => {
        const name = EXPORTS[changes % EXPORTS.length] ?? '';
        await shbt.slice(slice(NS, name, 'a', pods(ENDPOINTS, name, 100 + 4 * (changes++ % 30))));
      };
      for (const name of EXPORTS) {
        await change();
        await shbt.service(headless(NS, name));
        await shbt.exports(NS, name);
      }
      await shbt.marks(NS, 'withdrawn');

      using limit = MemoryLimit.make(`tombolo-f40-${process.pid}`);
      await set().stopAgent('zzzc');
      const deletions = await Deletions.since(set());
      const first = limit
        ? await AgentProcess.member(set(), 'zzzc')
        : await AgentProcess.memberWith(SMALL_HEAP, set(), 'zzzc');
      limit?.hold(first.pid);
      if (limit !== undefined) {
        for (const name of EXPORTS) await zzzc.awaitImport(NS, name);
        await zzzc.awaitImport(NS, 'withdrawn');
        limit.set(limit.usage + SPARE_BYTES);
      }
      const atRest = limit?.usage;
      const ended = first.ended(120_000);
      let over = false;
      const note = () => {
        over = true;
      };
      ended.then(note, note);
      while (!over) {
        await change();
        await turn();
      }
      // Ended by a signal, whoever sent it.
      expect(await ended).toBeNull();
      if (limit !== undefined) expect(limit.kills).toBeGreaterThanOrEqual(1);

      await shbt.unexports(NS, 'withdrawn');
      await change();
      limit?.set(undefined);
      const second = await AgentProcess.member(set(), 'zzzc');
      limit?.hold(second.pid);
      const last = new Map<string, string[]>();
      for (let n = changes - EXPORTS.length; n < changes; n++) {
        const name = EXPORTS[n % EXPORTS.length] ?? '';
        last.set(
          name,
          pods(ENDPOINTS, name, 100 + 4 * (n % 30)).flatMap(({ addresses }) => addresses),
        );
      }
      for (const [name, addresses] of last) await zzzc.awaitAddresses(NS, name, 'shbt', addresses);
      await zzzc.awaitNoImport(NS, 'withdrawn');
      const mebibytes = (bytes: number | undefined) =>
        bytes === undefined ? 'not known' : Math.round(bytes / 1024 / 1024);
      finding.records({
        'killed by': limit === undefined ? 'V8' : 'the kernel',
        'changes until then': changes,
        'memory at rest, MiB': mebibytes(atRest),
        'memory after it went on, MiB': mebibytes(limit?.usage),
      });
      await second.terminate();
      const withdrawn = { of: 'shbt', namespace: NS, name: 'withdrawn', slices: [] };
      finding.deleted(await deletions.all(), deletesOfWithdrawal(set(), withdrawn));
      set().startAgent('zzzc');
    },
  );
}
