import type { IConfigMap } from '#apis/kubernetes/config-map.ts';
import type { ISecret } from '#apis/kubernetes/secret.ts';
import { hubAccessOf } from '#src/cli/verbs/join/access.ts';
import { type JoinBundle, renderJoinBundle } from '#src/install/join-bundle.ts';
import { AGENT_NAMESPACE, HUB_SECRET, MEMBER_ACCOUNT } from '#src/install/member.ts';
import { HUB_CONFIG_MAP } from '#src/install/member-hub-access.ts';
import { mergeKubeconfigs } from '#test/clusters/kubeconfig.ts';
import type { Cluster } from '#test/clusters/provider.ts';
import { serviceAccountKubeconfig } from '#test/clusters/service-account.ts';
import { type Ran, type Run, tombolo } from '#test/driver/command-line.ts';
import type { AgentFiles, TestSet } from '#test/driver/set.ts';

/** Somebody at a keyboard, with contexts for all clusters of the set. */
export class Keyboard {
  readonly #set: TestSet;
  readonly #cache: string;
  readonly #kubeconfig: string;
  #files = 0;

  /** `others`: contexts that take the place of those of the same name, such as ones through a proxy. */
  constructor(set: TestSet, others: Readonly<Record<string, string>> = {}) {
    this.#set = set;
    this.#cache = set.clusters.workspace.folderFor('compiled');
    const all = [set.clusters.hub, ...set.clusters.members].map(
      ({ name, kubeconfig }) => [name, kubeconfig] as const,
    );
    const contexts = new Map<string, string>([...all, ...Object.entries(others)]);
    this.#kubeconfig = set.clusters.workspace.write(
      `keyboard-${Math.random().toString(36).slice(2, 8)}.kubeconfig`,
      mergeKubeconfigs([...contexts]),
    );
  }

  /** Starts the program with these words; none of them may hold a space. */
  starts(line: string, stdin?: string): Run {
    const how = { kubeconfig: this.#kubeconfig, cache: this.#cache };
    return tombolo(line.split(' '), stdin === undefined ? how : { ...how, stdin });
  }

  types(line: string, stdin?: string): Promise<Ran> {
    return this.starts(line, stdin).ended;
  }

  /** Types the whole of a join in a cluster without nodes. */
  joins(context: string, bundle: JoinBundle, ...flags: string[]): Promise<Ran> {
    return this.startsJoin(context, bundle, ...flags).ended;
  }

  startsJoin(context: string, bundle: JoinBundle, ...flags: string[]): Run {
    const file = this.#set.clusters.workspace.write(`bundle-${this.#files++}.yaml`, renderJoinBundle(bundle));
    return this.starts(
      ['join', '--bundle', file, '--context', context, '--no-probe', '--wait=false', ...flags].join(' '),
    );
  }
}

/** The files of an agent as its pod would have them after a join: from what lies in its cluster. */
export async function agentFiles(
  { clusters: { workspace } }: TestSet,
  cluster: Cluster,
  namespace: string = AGENT_NAMESPACE,
): Promise<AgentFiles> {
  const { admin, name } = cluster;
  const place = `/api/v1/namespaces/${namespace}`;
  const secret: ISecret = Object(await admin.get(`${place}/secrets/${HUB_SECRET}`));
  const configMap: IConfigMap = Object(await admin.get(`${place}/configmaps/${HUB_CONFIG_MAP}`));
  const { kubeconfig } = hubAccessOf(secret, configMap);
  const own = await serviceAccountKubeconfig(cluster, { namespace, name: MEMBER_ACCOUNT });
  return {
    kubeconfig: workspace.write(`joined-${name}-${namespace}.kubeconfig`, own),
    hubKubeconfig: workspace.write(`joined-${name}-${namespace}-hub.kubeconfig`, kubeconfig ?? ''),
  };
}
