import type { ContainerRef, ExecOptions, ExecResult } from '#test/clusters/cluster-node.ts';
import type { MemberCluster } from '#test/driver/cluster.ts';
import { pods } from '#test/driver/running-pods.ts';
import { lookUpCommand, type Question, type Reply, repliesIn } from './lookup.ts';
import { untilRunning } from './patience.ts';
import { isReady } from './ready.ts';
import { answersIn, requestCommand, type Target } from './requests.ts';

/** Runs a command in a container of one cluster. */
export type Exec = (
  pod: ContainerRef,
  command: readonly string[],
  options?: ExecOptions,
) => Promise<ExecResult>;

/** A pod that asks: what it reaches and resolves is what any pod of its cluster does. */
export class Client {
  readonly #exec: Exec;
  readonly #pod: ContainerRef;

  private constructor(exec: Exec, pod: ContainerRef) {
    this.#exec = exec;
    this.#pod = pod;
  }

  /** Starts it in a namespace that is there; resolves when commands can run in it. */
  static async start(cluster: MemberCluster, exec: Exec, namespace: string, image: string): Promise<Client> {
    const name = 'client';
    await cluster.has(pods, {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { namespace, name },
      spec: {
        automountServiceAccountToken: false,
        terminationGracePeriodSeconds: 0,
        containers: [{ name, image, imagePullPolicy: 'IfNotPresent', command: ['sleep', 'infinity'] }],
      },
    });
    await untilRunning(`the client pod of ${cluster.id}`, async () => {
      const pod = await cluster.client.get(pods, { namespace, name });
      if (!isReady(pod)) throw new Error('it is not Ready');
    });
    return new Client(exec, { namespace, name });
  }

  /** Sends so many requests, each over a connection of its own; gives who answered each, in no certain order. */
  async requests(target: Target, times: number): Promise<string[]> {
    return answersIn(await this.#run(requestCommand(target, times)));
  }

  /** Asks the DNS that the cluster gives to its pods. */
  async lookUp(questions: readonly Question[]): Promise<Reply[]> {
    return repliesIn(await this.#run(lookUpCommand(questions)), questions);
  }

  async #run(command: readonly string[]): Promise<string> {
    const { stdout, stderr, exitCode } = await this.#exec(this.#pod, command, { timeoutMs: 60_000 });
    if (exitCode !== 0) throw new Error(`the client's command ended with ${exitCode}: ${stderr.trim()}`);
    return stdout;
  }
}
