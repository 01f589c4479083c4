import * as z from 'zod';
import { LOG_LEVELS } from '#src/observability/levels.ts';
import type { Setting } from './settings.ts';
import { listenAddress, text } from './values.ts';

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
