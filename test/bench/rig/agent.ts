import { fileURLToPath } from 'node:url';
import type { Program } from '#test/clusters/machine/program.ts';
import type { Workspace } from '#test/clusters/machine/workspace.ts';
import type { CommandLine } from '../../../scripts/image/command.ts';
import { HEAP_LIMIT } from './program.ts';

const MAIN = fileURLToPath(new URL('../../../src/main.ts', import.meta.url));

/** What one process of the product is started with; kubeconfigs as text, of the agent's own credentials. */
export type AgentSpec =
  | { role: 'hub'; kubeconfig: string }
  | { role: 'member'; clusterId: string; kubeconfig: string; hubKubeconfig: string };

export interface AgentOptions {
  /** Flags of Node itself, besides the heap limit. */
  nodeFlags?: readonly string[];
  /** A build of the program to run in place of the sources, with all flags of its own. */
  program?: CommandLine;
}

/** A process of the product as users run it: `node src/main.ts member …`. */
export interface Agent {
  readonly program: Program;
  /** Where it serves its pages, `http://127.0.0.1:8080`. */
  readonly url: string;
  /** The text of its /metrics. */
  metrics(): Promise<string>;
  stop(): Promise<void>;
}

/** Starts it and waits until it says that it is ready. It ends with the workspace at the latest. */
export async function startAgent(
  workspace: Workspace,
  spec: AgentSpec,
  options: AgentOptions = {},
): Promise<Agent> {
  const name = spec.role === 'hub' ? 'agent-hub' : `agent-${spec.clusterId}`;
  const port = await workspace.port();
  const flags = ['--kubeconfig', workspace.write(`${name}.kubeconfig`, spec.kubeconfig)];
  if (spec.role === 'member') {
    flags.push('--cluster-id', spec.clusterId);
    flags.push('--hub-kubeconfig', workspace.write(`${name}-hub.kubeconfig`, spec.hubKubeconfig));
  }
  const sources = { command: process.execPath, args: [HEAP_LIMIT, ...(options.nodeFlags ?? []), MAIN] };
  const { command, args } = options.program ?? sources;
  const program = await workspace.launch({
    name,
    command,
    args: [...args, spec.role, ...flags, '--listen', `127.0.0.1:${port}`, '--log-format', 'json'],
  });
  const url = `http://127.0.0.1:${port}`;
  const get = (path: string) => fetch(`${url}${path}`);
  await program.ready(async () => (await get('/readyz')).ok, { timeoutMs: 120_000 });
  return {
    program,
    url,
    metrics: async () => (await get('/metrics')).text(),
    stop: () => program.stop(),
  };
}
