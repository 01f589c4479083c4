import { expect } from 'vitest';
import { leases } from '#apis/kubernetes/lease.ts';
import { dropReply } from '#test/proxy/actions.ts';
import { Deletions } from '../frame/deletions.ts';
import { fault } from '../frame/fault.ts';
import { type Exporter, isWrite, NS } from './exporter.ts';
import { Life } from './life.ts';

/** The server commits, and the writer never learns. */
export function lostReplies(exporter: Exporter): void {
  fault('F02', 'the reply to every second write of an agent is lost', async (finding) => {
    const { hub, local } = exporter;
    const mortal = exporter.inProcess();
    await mortal.start();
    const deletions = await Deletions.since(exporter.set());
    for (const { requests } of [hub, local]) requests.length = 0;
    let commits = 0;
    const scripts = [hub, local].map((proxy) =>
      proxy.script({
        when: isWrite,
        times: Number.POSITIVE_INFINITY,
        // A refusal counts for nothing: it would be every second one for ever where a loss leads to a conflict.
        action: dropReply((status) => status < 300 && ++commits % 2 === 0),
      }),
    );
    const life = new Life(exporter.set(), NS, 'lost');
    for (const step of life.steps) {
      await step.happens();
      await life.settled(step, () => false);
    }
    await mortal.kill();
    const lost = Math.floor(commits / 2);
    for (const script of scripts) {
      expect(script.taken).toBeGreaterThan(10);
      script.cancel();
    }
    // Settled from the caches: nothing is read but the agent's own memory.
    const reads = [...hub.requests, ...local.requests].filter(
      ({ verb, resource }) => verb === 'get' && resource !== leases.plural,
    );
    expect(reads.map(({ path }) => path)).toEqual([]);
    finding.deleted(await deletions.all(), life.deletes(0));
    // What lies there after each step was compared name by name: a duplicate or an orphan would have been one more.
    finding.records({ 'replies lost': lost, duplicates: 0, orphans: 0, 'extra reads': reads.length });
  });
}
