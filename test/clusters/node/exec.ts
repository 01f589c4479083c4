import { Readable, Writable } from 'node:stream';
import { Exec, KubeConfig, type V1Status } from '@kubernetes/client-node';
import type { ContainerRef, ExecOptions, ExecResult } from '../cluster-node.ts';

const TIMEOUT_MS = 30_000;

/** Runs a command in a container over the API server; see ClusterNode.exec. */
export async function execInPod(
  kubeconfig: string,
  { namespace, name, container = '' }: ContainerRef,
  command: readonly string[],
  { stdin, timeoutMs = TIMEOUT_MS }: ExecOptions = {},
): Promise<ExecResult> {
  const config = new KubeConfig();
  config.loadFromString(kubeconfig);
  const what = `exec ${command.join(' ')} in ${namespace}/${name}`;
  const [stdout, stderr] = [new Collector(), new Collector()];
  const { promise: ended, resolve, reject } = Promise.withResolvers<V1Status>();
  const input = stdin === undefined ? null : Readable.from([Buffer.from(stdin)]);
  const timer = setTimeout(() => reject(new Error(`${what}: no end within ${timeoutMs} ms`)), timeoutMs);
  try {
    const socket = await new Exec(config)
      .exec(namespace, name, container, [...command], stdout, stderr, input, false, resolve)
      .catch((error: unknown) => {
        throw new Error(`${what}: ${reasonOf(error)}`, { cause: error });
      });
    socket.addEventListener('close', () =>
      reject(new Error(`${what}: the connection ended before the command`)),
    );
    try {
      const exitCode = exitCodeOf(await ended, what);
      return { stdout: stdout.text, stderr: stderr.text, exitCode };
    } finally {
      socket.close();
    }
  } finally {
    clearTimeout(timer);
  }
}

/** Keeps all that is written. */
class Collector extends Writable {
  readonly #chunks: Buffer[] = [];

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: () => void): void {
    this.#chunks.push(chunk);
    done();
  }

  get text(): string {
    return Buffer.concat(this.#chunks).toString('utf8');
  }
}

/** @throws when the command could not be started at all. */
function exitCodeOf(status: V1Status, what: string): number {
  if (status.status === 'Success') return 0;
  const code = status.details?.causes?.find(({ reason }) => reason === 'ExitCode')?.message;
  if (code === undefined) throw new Error(`${what}: ${status.message ?? status.reason ?? 'it failed'}`);
  return Number(code);
}

/** The socket's errors are events, not errors. */
function reasonOf(error: unknown): string {
  return typeof error === 'object' && error !== null && 'message' in error
    ? String(error.message)
    : String(error);
}
