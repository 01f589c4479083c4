import type { Failed } from './program.ts';

/** The channel of a process that Program started, seen from inside. */
export interface Channel<Out> {
  send(message: Out): void;
  /** Says why and ends the process. */
  fail(error: unknown): void;
}

/**
 * Runs a program of the benchmark: waits for its configuration, hands all later messages to what `start`
 * returns, and ends with the process that started it (a Ctrl-C reaches the whole group: the starter
 * decides when its programs go).
 */
export function runProgram<Config, In, Out>(
  start: (config: Config, channel: Channel<Out>) => Promise<(message: In) => void>,
): void {
  process.on('SIGINT', () => {});
  process.on('disconnect', () => process.exit(0));
  const channel: Channel<Out> = {
    send: (message) => {
      process.send?.(message);
    },
    fail: (error) => {
      const message = error instanceof Error ? error.message : String(error);
      process.send?.({ type: 'failed', message } satisfies Failed, () => process.exit(1));
    },
  };
  process.once('message', (config) => {
    // The first message is the configuration that the starter of this very file passed to Program.
    start(config as Config, channel).then(
      (onMessage) => {
        process.on('message', (message) => onMessage(message as In));
      },
      (error: unknown) => channel.fail(error),
    );
  });
}
