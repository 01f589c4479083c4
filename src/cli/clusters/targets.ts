import { ConfigError } from '#src/config/error.ts';
import { duration } from '#src/config/values.ts';
import { VERSION } from '#src/config/version.ts';
import type { KubeClient } from '#src/kube/client.ts';
import { connect } from '#src/kube/connect.ts';
import type { Clock, Milliseconds } from '#src/runtime/clock.ts';
import type { ClusterOptions } from '../cluster-options.ts';
import { kubeconfigFiles } from './kubeconfig-files.ts';
import { type FoundContext, findContext } from './kubeconfigs.ts';

/** A cluster that a verb speaks with. */
export interface Target {
  context: string;
  /** Where namespaced objects are looked for unless told; the context's own. */
  namespace: string;
  /** The file that the context stands in. */
  kubeconfigPath: string;
  client: KubeClient;
  /** Deadline of every single request. */
  timeoutMs: Milliseconds;
}

/** The clusters that the flags name. */
export interface Targets {
  /** In the order of the flags, each once; the current context where none is named. */
  members: readonly Target[];
  hub: Target | undefined;
  close(): Promise<void>;
}

/**
 * Makes a client for each context; nothing is sent yet. Throws a KubeconfigError for a context that cannot be used,
 * and a ConfigError for a bad duration.
 */
export function openTargets(options: ClusterOptions, clock: Clock): Targets {
  const timeoutMs = milliseconds('--request-timeout', options.requestTimeout);
  const files = kubeconfigFiles(options.kubeconfig, process.env['KUBECONFIG']);
  const names = options.context.length > 0 ? [...new Set(options.context)] : [undefined];
  const contexts = names.map((name) => findContext(files, name));
  const hubContext = options.hubContext === undefined ? undefined : findContext(files, options.hubContext);
  const open = ({ context, path, namespace }: FoundContext): Target => ({
    context,
    namespace: options.namespace ?? namespace,
    kubeconfigPath: path,
    client: connect({
      cluster: context,
      kubeconfig: { path },
      context,
      clock,
      userAgent: `tombolo-cli/${VERSION}`,
    }),
    timeoutMs,
  });
  const members = contexts.map(open);
  const hub = hubContext && open(hubContext);
  const all = hub ? [...members, hub] : members;
  return {
    members,
    hub,
    close: async () => void (await Promise.all(all.map(({ client }) => client.close()))),
  };
}

/** Reads a duration such as `15s`, of a day at most unless told. Throws a ConfigError that names the flag. */
export function milliseconds(
  flag: string,
  text: string,
  bounds: { min: string; max: string } = { min: '1ms', max: '24h' },
): Milliseconds {
  const read = duration(bounds).safeParse(text);
  if (read.success) return read.data;
  throw new ConfigError([`${flag}=${JSON.stringify(text)}: ${read.error.issues[0]?.message}`]);
}
