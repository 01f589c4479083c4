import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';

/** A process of the benchmark that is not on the path it measures would still disturb it: all get the same heap. */
export const HEAP_LIMIT = '--max-old-space-size=512';

/** What a program of ours says when it cannot go on. */
export interface Failed {
  type: 'failed';
  message: string;
}

/** Starts a program whose one message says that it is ready; resolves with that. It ends with `stack`. */
export function startReady<Ready extends { type: string }>(
  { name, file, config }: { name: string; file: URL; config: object },
  stack: AsyncDisposableStack,
  onFailure: (error: Error) => void,
): Promise<Ready> {
  const { promise, resolve } = Promise.withResolvers<Ready>();
  stack.adopt(new Program<never, Ready>(name, file, config, resolve, onFailure), (program) => program.stop());
  return promise;
}

/** The message as one of this type; throws where the program has said something else. */
export function saidAs<M extends { type: string }, T extends M['type']>(
  who: string,
  message: M,
  type: T,
): Extract<M, { type: T }> {
  if (!isOfType(message, type)) throw new Error(`the ${who} said ${message.type} instead of ${type}`);
  return message;
}

function isOfType<M extends { type: string }, T extends M['type']>(
  message: M,
  type: T,
): message is Extract<M, { type: T }> {
  return message.type === type;
}

/**
 * A Node process of the benchmark that talks in JSON messages: `In` to it, `Out` from it, one listener.
 * It gets `config` as its first message. It ends when this process ends, however that happens: its
 * channel closes.
 */
export class Program<In extends object, Out extends { type: string }> {
  readonly #child: ChildProcess;
  readonly #name: string;
  #stopping = false;

  constructor(
    name: string,
    file: URL,
    config: object,
    onMessage: (message: Out) => void,
    onFailure: (error: Error) => void,
  ) {
    this.#name = name;
    this.#child = fork(file, { execArgv: [HEAP_LIMIT], stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
    this.#child.on('message', (message) => {
      // Both ends of the channel are this program's: the file's own types say what travels.
      const known = message as Out | Failed;
      if (known.type === 'failed') onFailure(new Error(`${name}: ${(known as Failed).message}`));
      else onMessage(known as Out);
    });
    this.#child.on('error', onFailure);
    this.#child.on('exit', (code, signal) => {
      if (!this.#stopping) onFailure(new Error(`${name} ended by itself (${signal ?? `exit code ${code}`})`));
    });
    this.#child.send(config);
  }

  send(message: In): void {
    if (!this.#child.connected) throw new Error(`${this.#name} is gone`);
    this.#child.send(message);
  }

  /** Ends the process and resolves when it is gone. */
  async stop(): Promise<void> {
    this.#stopping = true;
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const gone = once(this.#child, 'exit');
    this.#child.kill('SIGTERM');
    await gone;
  }
}
