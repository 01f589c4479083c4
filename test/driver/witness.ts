import type { KubeObject, Resource } from '#apis/meta.ts';
import type { Agent, LogLine } from './agent.ts';
import { eventually } from './eventually.ts';

/** Waits until an agent has logged this message, after the first `from` lines of its log. */
export async function says(agent: Agent, msg: string, from = 0): Promise<LogLine> {
  return eventually(`the agent says "${msg}"`, async () => {
    const line = agent.log.slice(from).find((one) => one.msg === msg);
    if (line === undefined) throw new Error('it has not');
    return line;
  });
}

/** Which lines of a log count: those about a kind, and those after the first `from`. */
interface Which {
  kind?: Resource<KubeObject>;
  from?: number | undefined;
}

/** Waits until the hub has refused one of an agent's lists or watches with this status. */
export async function hasSeen(agent: Agent, status: number, { kind, from = 0 }: Which = {}): Promise<void> {
  await eventually(`the hub answers ${status}`, async () => {
    const failed = agent.log
      .slice(from)
      .filter(({ msg }) => msg === 'list failed' || msg === 'watch failed')
      .filter(({ cluster, resource }) => cluster === 'hub' && resource === (kind?.plural ?? resource));
    const code = (line: LogLine) => (line['err'] as { code?: unknown } | undefined)?.code;
    if (!failed.some((line) => code(line) === status)) {
      throw new Error(`it has answered ${JSON.stringify(failed.map(code).slice(-5))}`);
    }
  });
}

/** Waits until an agent has taken over a list of the hub's. */
export async function hasTakenOver(agent: Agent, kind: Resource<KubeObject>, from = 0): Promise<void> {
  await eventually(`a list of ${kind.plural} is taken over`, async () => {
    const lists = agent.log
      .slice(from)
      .filter(({ msg, cluster }) => msg === 'list taken over' && cluster === 'hub');
    if (!lists.some(({ resource }) => resource === kind.plural)) throw new Error('none has been');
  });
}
