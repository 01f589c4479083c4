import { readMemberConfig } from '#src/config/member.ts';
import { runMember } from '#src/member.ts';
import { LevelSwitch } from '#src/observability/levels.ts';
import { createLogger } from '#src/observability/pino-logger.ts';
import { systemClock } from '#src/runtime/system-clock.ts';
import { type Channel, runProgram } from '../rig/program-side.ts';

export interface AgentsConfig {
  /** Of the cluster that all of them share: a file. */
  kubeconfig: string;
  agents: readonly AgentPlace[];
}

/** One agent: its id, its own credentials for the hub, and where it keeps its memory in the shared cluster. */
export interface AgentPlace {
  clusterId: string;
  /** A file. */
  hubKubeconfig: string;
  agentNamespace: string;
}

export interface AgentsReady {
  type: 'started';
}

/** Runs whole agents, each as `tombolo member` would, many in one process; what they log is nobody's business. */
async function agents(config: AgentsConfig, channel: Channel<AgentsReady>): Promise<() => void> {
  const clock = systemClock();
  const levels = new LevelSwitch('error');
  const log = createLogger({ logger: 'herd', levels, format: 'json', clock, write: () => {} });
  const { signal } = new AbortController();
  for (const place of config.agents) {
    const flags = {
      'cluster-id': place.clusterId,
      kubeconfig: config.kubeconfig,
      'hub-kubeconfig': place.hubKubeconfig,
      'agent-namespace': place.agentNamespace,
      listen: '0',
    };
    const settings = readMemberConfig({ flags, env: {} });
    runMember(settings, { signal, clock, random: Math.random, log, levels }).catch((error: unknown) =>
      channel.fail(error),
    );
  }
  channel.send({ type: 'started' });
  return () => {};
}

runProgram(agents);
