import { readFileSync } from 'node:fs';
import { until } from '#test/clusters/machine/until.ts';
import type { Agent } from './agent.ts';

/** The kernel counts processor time in hundredths of a second. */
const TICK_MS = 10;
/** A process is idle that needs less than this of one processor, over one look. */
const IDLE_SHARE = 0.05;
const LOOK_MS = 500;

/** Stops processes of the product where they are, while another lane has its turn. */
export function freeze(agents: readonly Agent[]): void {
  for (const { program } of agents) program.signal('SIGSTOP');
}

/** Lets them run on, and resolves when they have caught up with whatever they missed: when they are idle. */
export async function thaw(agents: readonly Agent[]): Promise<void> {
  for (const { program } of agents) program.signal('SIGCONT');
  const used = () => agents.map(({ program }) => processorMs(program.pid));
  let before = agents.map(() => Number.NEGATIVE_INFINITY);
  await until(
    'the agents are idle',
    () => {
      const now = used();
      const idle = now.every((ms, n) => ms - (before[n] ?? ms) < IDLE_SHARE * LOOK_MS);
      before = now;
      return idle;
    },
    { everyMs: LOOK_MS, timeoutMs: 120_000 },
  );
}

/** Processor time that a process has used since its start. */
export function processorMs(pid: number): number {
  // What follows the name, which may hold anything, begins with field 3.
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return TICK_MS * (Number(fields[11]) + Number(fields[12]));
}
