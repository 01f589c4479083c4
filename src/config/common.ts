import * as z from 'zod';
import { LOG_LEVELS } from '#src/observability/levels.ts';
import type { Given, Setting } from './settings.ts';
import { listenAddress, text, toggle } from './values.ts';

/** How to reach the cluster a program runs in or beside. */
export const localCluster = {
  kubeconfig: {
    flag: 'kubeconfig',
    placeholder: '<file>',
    help: 'kubeconfig of the own cluster; absent: the ServiceAccount of the pod this runs in',
    schema: text.optional(),
  },
  context: {
    flag: 'context',
    placeholder: '<name>',
    help: "context in --kubeconfig; absent: the file's current one",
    schema: text.optional(),
  },
} as const satisfies Record<string, Setting>;

/** Several processes of one program, of which one works. */
export const replicas = {
  leaderElect: {
    flag: 'leader-elect',
    help: 'be one of several replicas: the one that holds a Lease works, the others wait',
    default: 'false',
    schema: toggle,
  },
  agentNamespace: {
    flag: 'agent-namespace',
    placeholder: '<namespace>',
    help: "namespace of the program's own Leases; absent: POD_NAMESPACE, or else tombolo-system",
    schema: text.optional(),
  },
} as const satisfies Record<string, Setting>;

/** Where a program keeps its Leases. */
export function ownNamespace(given: string | undefined, env: Given['env']): string {
  return given ?? (env['POD_NAMESPACE'] || 'tombolo-system');
}

/**
 * Who a candidate is: its pod, so that a container that was begun anew need not wait for its own Lease to end;
 * undefined outside of one.
 */
export function podIdentity(env: Given['env']): string | undefined {
  return env['POD_UID'] ? `${env['POD_NAME'] ?? 'pod'}_${env['POD_UID']}` : undefined;
}

/** Logs and the health server: the same for every program. */
export const operation = {
  listen: {
    flag: 'listen',
    placeholder: '<host:port>',
    help: 'where /healthz, /readyz and /metrics are served; :0 takes any free port, 0 serves nothing',
    default: ':8080',
    schema: listenAddress,
  },
  logLevel: {
    flag: 'log-level',
    placeholder: '<level>',
    help: 'debug, info, warn or error',
    default: 'info',
    schema: z.enum(LOG_LEVELS, 'is not one of debug, info, warn, error'),
  },
  logFormat: {
    flag: 'log-format',
    placeholder: '<format>',
    help: 'json or text; absent: text on a terminal, json elsewhere',
    schema: z.enum(['json', 'text'], 'is neither json nor text').optional(),
  },
} as const satisfies Record<string, Setting>;

/** A context is a name within a kubeconfig file. */
export function contextNeedsKubeconfig(config: {
  kubeconfig?: string | undefined;
  context?: string | undefined;
}): string[] {
  if (config.context === undefined || config.kubeconfig !== undefined) return [];
  return [
    `--context=${JSON.stringify(config.context)} needs --kubeconfig: give the file that holds this context`,
  ];
}
