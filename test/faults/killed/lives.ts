import { writtenOnHub } from '#test/driver/audit.ts';
import type { KillSwitch } from '#test/driver/kill-switch.ts';
import type { TestSet } from '#test/driver/set.ts';
import { Deletions } from '../frame/deletions.ts';
import type { Finding } from '../frame/found.ts';
import type { Mortal } from './exporter.ts';
import { forgetMember } from './forget.ts';
import { Life } from './life.ts';

/** How often an agent was killed, and what it cost. */
export interface Killed {
  kills: number;
  /** Records and reports that a life wrote beyond those of a life without a kill, at most. */
  extraWrites: number;
}

export interface Lives {
  set: TestSet;
  namespace: string;
  name: string;
  mortal: Mortal;
  kills: KillSwitch;
  finding: Finding;
}

/** Plays lives, each with one kill, a write later than in the one before, until one is over before it. */
export async function killedOnceALife(lives: Lives): Promise<Killed> {
  const written: number[] = [];
  for (let after = 1; ; after++) {
    const { kills, writes } = await oneLife(lives, `${lives.name}-${after}`, { after, again: false });
    if (kills === 0) {
      return { kills: after - 1, extraWrites: Math.max(0, ...written.map((count) => count - writes)) };
    }
    written.push(writes);
  }
}

/** Plays one life in which the agent is killed after each of its writes. */
export async function killedAgainAndAgain(lives: Lives): Promise<number> {
  return (await oneLife(lives, lives.name, { after: 1, again: true })).kills;
}

/**
 * Plays a life from joining on, killing and starting the agent. In lives with an even number the life goes on before
 * the start.
 */
async function oneLife(
  { set, namespace, mortal, kills, finding }: Lives,
  name: string,
  { after, again }: { after: number; again: boolean },
): Promise<{ kills: number; writes: number }> {
  const life = new Life(set, namespace, name);
  await forgetMember(set, 'zzzc');
  const deletions = await Deletions.since(set);
  const mark = await set.cluster('hub').audit.mark();
  let count = 0;
  let planned = kills.after(after, mortal.kill);
  await mortal.start();
  const steps = [...life.steps];
  const happens = async () => {
    const step = steps.shift();
    if (step?.takesBack) finding.deleted(await deletions.all(), life.deletesWhileExported);
    await step?.happens();
    return step;
  };
  const isKilled = async () => {
    if (!planned.done) return false;
    await planned.killed;
    planned.lift();
    count++;
    planned = kills.after(again ? after : Number.POSITIVE_INFINITY, mortal.kill);
    return true;
  };
  for (let step = await happens(); step !== undefined; step = await happens()) {
    for (;;) {
      await life.settled(step, () => planned.done);
      if (!(await isKilled())) break;
      if (after % 2 === 0 && steps.length > 1) step = (await happens()) ?? step;
      await mortal.start();
    }
  }
  if (await isKilled()) await mortal.start();
  planned.lift();
  finding.deleted(await deletions.all(), life.deletes(count));
  const writes = (await writtenOnHub(set.cluster('hub'), 'zzzc', mark)).filter(
    (write) => !/ leases /.test(write),
  ).length;
  await mortal.kill();
  return { kills: count, writes };
}
