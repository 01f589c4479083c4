import type { ContainerRef } from '#test/clusters/cluster-node.ts';
import type { Cluster } from '#test/clusters/provider.ts';
import type { MemberCluster } from '#test/driver/cluster.ts';
import { type Expectation, podName, serviceName } from './expectations.ts';
import { askAll } from './questions.ts';
import { replaceContainer } from './replace-pod.ts';
import type { Rig } from './rig.ts';
import type { Scene } from './scene.ts';
import type { Answer } from './table.ts';
import {
  type Container,
  createClient,
  createDatabase,
  createWeb,
  DATABASE,
  DATABASE_PORT,
  NAMESPACE,
  WEB,
  WEB_PORT,
} from './workload.ts';

/** Has a shell, socat and no opinion; every node is given it before the first pod starts. */
const IMAGE = 'tombolo.dev/toolbox:demo';
const CLIENT: ContainerRef = { namespace: NAMESPACE, name: 'client' };
const WEB_REPLICAS = 2;
/** Connections to one ClusterSet IP: with three clusters behind it, all are met but once in ten million times. */
const CONNECTIONS = 40;

/**
 * Connects to each target in turn, and prints it before every line that was read from there. A closed standard
 * input would make socat leave before it has read.
 */
const CONNECT = `for target in "$@"; do
  answer=$(socat -T2 -u "TCP:$target,connect-timeout=2" STDOUT 2>/dev/null)
  echo "$target $answer"
done`;

/** Pods that run: a client in each member connects to every name, and reads who answered from where. */
export function containers(rig: Rig): Scene {
  return {
    headings: ['NAME', 'FROM', 'OVER', 'WHO ANSWERED', 'EXPECTED'],
    async create(member, replicas) {
      await rig.cluster(member.id).node.loadToolbox([IMAGE]);
      await createDatabase(member, replicas, serverOf(member, DATABASE_PORT.number));
      await createWeb(member, WEB_REPLICAS, serverOf(member, WEB_PORT));
      await createClient(member, CLIENT.name, { name: 'main', image: IMAGE, command: ['sleep', 'infinity'] });
    },
    replace: replaceContainer,
    expects: ({ seen, web }) => [
      ...[...seen].flatMap(([askedIn, pods]) =>
        [...pods].flatMap(([cluster, addresses]) =>
          [...addresses].map(([pod, address]): Expectation => {
            const name = podName(pod, cluster, DATABASE, NAMESPACE);
            const isCurrent = seen.get(cluster)?.get(cluster)?.get(pod) === address;
            // Behind an address of before there is nobody; that its name is kept is all that can be asked.
            if (!isCurrent) return { name, type: 'A', askedIn, want: [address] };
            const port = DATABASE_PORT.number;
            return { name, type: 'CONNECT', port, askedIn, want: [`${pod}.${cluster} ${address}`] };
          }),
        ),
      ),
      ...[...web.keys()].map((askedIn): Expectation => {
        const name = serviceName(WEB, NAMESPACE);
        return { name, type: 'SPREAD', port: WEB_PORT, askedIn, want: [...web.keys()].sort() };
      }),
    ],
    async ask(wanted) {
      const isConnection = ({ type }: Expectation) => type === 'CONNECT' || type === 'SPREAD';
      const connected = rig.clusters.members.map((cluster) =>
        connectAll(
          cluster,
          wanted.filter((one) => isConnection(one) && (one.askedIn ?? cluster.name) === cluster.name),
        ),
      );
      const asked = askAll(
        wanted.filter((one) => !isConnection(one)),
        rig.dns,
      );
      return [...(await Promise.all(connected)).flat(), ...(await asked)];
    },
  };
}

/** Says to whoever connects which pod of which cluster it is, and its address. */
function serverOf(member: MemberCluster, port: number): Container {
  return {
    name: 'main',
    image: IMAGE,
    imagePullPolicy: 'Never',
    command: ['socat', `TCP-LISTEN:${port},fork,reuseaddr`, `SYSTEM:echo $POD.${member.id} $ADDRESS`],
    env: [
      { name: 'POD', valueFrom: { fieldRef: { fieldPath: 'metadata.name' } } },
      { name: 'ADDRESS', valueFrom: { fieldRef: { fieldPath: 'status.podIP' } } },
    ],
    readinessProbe: { tcpSocket: { port }, periodSeconds: 1 },
  };
}

async function connectAll(
  { name: askedIn, node }: Cluster,
  wanted: readonly Expectation[],
): Promise<Answer[]> {
  if (wanted.length === 0) return [];
  const targets = wanted.flatMap(({ type, name, port }) =>
    Array<string>(type === 'SPREAD' ? CONNECTIONS : 1).fill(`${name}:${port}`),
  );
  const { stdout } = await node.exec(CLIENT, ['sh', '-c', CONNECT, 'connect', ...targets]);
  const lines = stdout.split('\n').map((line) => line.split(' '));
  return wanted.map(({ type, name, port, want }): Answer => {
    const read = lines
      .filter(([target]) => target === `${name}:${port}`)
      .map(([, ...answer]) => answer.join(' '));
    const got = read
      .filter((answer) => answer !== '')
      .map((answer) => (type === 'SPREAD' ? clusterIn(answer) : answer));
    return {
      name,
      askedIn,
      protocol: 'tcp',
      got: got.length === 0 ? ['nobody'] : [...new Set(got)].sort(),
      want,
    };
  });
}

/** `web-6d5f-x7k2p.zzzc 198.18.1.7` is of zzzc: names of pods have no dot. */
function clusterIn(answer: string): string {
  return answer.replace(/^[^.]*\./, '').replace(/ .*/, '');
}
