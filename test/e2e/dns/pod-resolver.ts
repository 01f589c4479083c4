import type { ContainerRef } from '#test/clusters/cluster-node.ts';
import type { Cluster } from '#test/clusters/provider.ts';

/** What a program in a pod asks for. */
export interface PodQuestion {
  name: string;
  type: 'A' | 'PTR' | 'SRV';
  protocol: 'udp' | 'tcp';
  /** More flags for dig. */
  flags?: readonly string[];
}

/** What it got in the end, after the search list and, over UDP, after asking again over TCP where an answer was cut. */
export interface PodReply {
  /** `NOERROR`, `NXDOMAIN`, … */
  status: string;
  /** Right-hand sides, sorted. */
  answers: string[];
  /** Seconds; the highest of all records. */
  ttl: number;
  truncated: boolean;
}

const ASK_ALL = `while read -r question; do
  echo "== $question"
  dig +search +tries=1 +timeout=3 +noall +comments +answer $question
done`;

/** A pod as its programs see the world: with the resolv.conf that the kubelet gave it. */
export class PodResolver {
  readonly #cluster: Cluster;
  readonly #pod: ContainerRef;

  constructor(cluster: Cluster, pod: ContainerRef) {
    this.#cluster = cluster;
    this.#pod = pod;
  }

  /** Its /etc/resolv.conf. */
  async configuration(): Promise<string> {
    return await this.#shell('cat /etc/resolv.conf');
  }

  /** Asks with dig, one question after the other; the replies are in their order. */
  async ask(questions: readonly PodQuestion[]): Promise<PodReply[]> {
    const lines = questions.map(({ name, type, protocol, flags = [] }) =>
      [protocol === 'tcp' ? '+tcp' : '+notcp', ...flags, '-t', type, '-q', name].join(' '),
    );
    const output = await this.#shell(ASK_ALL, `${lines.join('\n')}\n`);
    const replies = output.split(/^== .*\n/m).slice(1);
    return replies.map(replyOf);
  }

  /** Addresses that the C library finds, for a program that knows nothing of DNS; sorted. */
  async lookUp(name: string): Promise<string[]> {
    const output = await this.#shell(`getent ahostsv4 ${name} || true`);
    return [...new Set(output.split('\n').flatMap((line) => line.split(' ', 1).filter(Boolean)))].sort();
  }

  async #shell(command: string, stdin?: string): Promise<string> {
    const options = stdin === undefined ? {} : { stdin };
    const { stdout, stderr, exitCode } = await this.#cluster.node.exec(
      this.#pod,
      ['sh', '-c', command],
      options,
    );
    if (exitCode !== 0) throw new Error(`in ${this.#cluster.name}: ${command}: ${stderr}`);
    return stdout;
  }
}

function replyOf(text: string): PodReply {
  const lines = text.split('\n');
  const records = lines
    .filter((line) => line !== '' && !line.startsWith(';'))
    .map((line) => line.split(/\s+/));
  return {
    status: text.match(/status: ([A-Z]+)/)?.[1] ?? 'no answer',
    answers: records.map(([, , , , ...data]) => data.join(' ')).sort(),
    ttl: Math.max(0, ...records.map(([, ttl]) => Number(ttl))),
    truncated: /^;; flags:[^;]* tc\b/m.test(text),
  };
}
