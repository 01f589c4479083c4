import type { Agent, LogLine } from '#test/driver/agent.ts';
import { eventually } from '#test/driver/eventually.ts';

/** Waits until an agent has logged this message, after the first `from` lines of its log. */
export async function says(agent: Agent, msg: string, from = 0): Promise<LogLine> {
  return eventually(`the agent says "${msg}"`, async () => {
    const line = agent.log.slice(from).find((one) => one.msg === msg);
    if (line === undefined) throw new Error('it has not');
    return line;
  });
}

/** Waits until the hub has refused one of an agent's lists or watches with this status. */
export async function hasSeen(agent: Agent, status: number): Promise<void> {
  await eventually(`the hub answers ${status}`, async () => {
    const failed = [...agent.lines('list failed'), ...agent.lines('watch failed')];
    const code = (line: LogLine) => (line['err'] as { code?: unknown } | undefined)?.code;
    if (!failed.some((line) => line['cluster'] === 'hub' && code(line) === status)) {
      throw new Error(`it has answered ${JSON.stringify(failed.map((line) => line['err']).slice(-2))}`);
    }
  });
}
