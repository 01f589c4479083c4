import type { ManagerState } from '#src/runtime/manager.ts';
import type { Agent } from './agent.ts';
import { eventually } from './eventually.ts';

/** Has a program serve its state on a free port: what `idle` asks. */
export const LISTENING = { listen: { host: '127.0.0.1', port: 0 } };

/** The loops that always have something ahead of them: the sign of life, and looks at what nobody tells of. */
const PERIODIC = new Set(['membership.lease', 'membership.property', 'membership.credential']);

/**
 * Resolves when a program, started with LISTENING, watches all it has to and has nothing left to do: every
 * queue is empty, no reconcile runs and none is to be tried again. For "and nothing else" after it.
 */
export async function idle(agent: Agent, { but = [] }: { but?: readonly string[] } = {}): Promise<void> {
  await idleAt(await urlOf(agent), undefined, undefined, but);
}

/** The same for a program that serves its pages there; asked every `pollMs`, and no longer than `deadlineMs`. */
export async function idleAt(
  url: string,
  deadlineMs?: number,
  pollMs?: number,
  but: readonly string[] = [],
): Promise<void> {
  const check = async () => {
    const { informers, controllers } = await stateAt(url);
    const blind = informers.filter(({ synced, health }) => !synced || health.state !== 'live');
    const busy = Object.entries(controllers).filter(
      ([name, { waiting, processing, delayed }]) =>
        !but.includes(name) && (waiting + processing > 0 || (delayed > 0 && !PERIODIC.has(name))),
    );
    if (blind.length + busy.length > 0) throw new Error(JSON.stringify({ blind, busy }));
  };
  await eventually('the program is idle', check, deadlineMs, pollMs);
}

/** Where a program started with LISTENING serves its pages. */
export async function urlOf(agent: Agent): Promise<string> {
  return eventually('the program serves its pages', async () => {
    const url = agent.lines('serving health and metrics')[0]?.['url'];
    if (typeof url !== 'string') throw new Error('it has not said where');
    return url;
  });
}

async function stateAt(url: string): Promise<ManagerState> {
  const response = await fetch(`${url}/debug/state`);
  // Written by the same program from a ManagerState.
  return (await response.json()) as ManagerState;
}
