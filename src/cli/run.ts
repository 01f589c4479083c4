import { LevelSwitch, type LogLevel } from '#src/observability/levels.ts';
import { createLogger } from '#src/observability/pino-logger.ts';
import { Stopping } from '#src/runtime/errors.ts';
import type { ProgramDeps } from '#src/runtime/program.ts';
import { systemClock } from '#src/runtime/system-clock.ts';

/** How logs are to be written, as the settings say it. */
export interface LogSettings {
  logLevel: LogLevel;
  logFormat: 'json' | 'text' | undefined;
}

/**
 * Runs a program as this process: SIGTERM and SIGINT stop it in order, a second one at once, SIGUSR2 turns
 * debug lines on and off. Rejects with what the program rejects with.
 */
export async function runAsProcess(
  verb: string,
  { logLevel, logFormat }: LogSettings,
  program: (deps: ProgramDeps) => Promise<void>,
): Promise<void> {
  const clock = systemClock();
  const levels = new LevelSwitch(logLevel);
  const format = logFormat ?? (process.stdout.isTTY ? 'text' : 'json');
  const log = createLogger({ logger: `tombolo.${verb}`, levels, format, clock });
  const stop = new AbortController();
  const onStop = (name: string) => {
    if (stop.signal.aborted) process.exit(1);
    log.info({ signal: name }, 'asked to stop');
    stop.abort(new Stopping());
  };
  const onLevel = () => log.info({ logLevel: levels.toggleDebug() }, 'log level changed');
  // A mistake of ours that nobody caught: state is unknown from here on, so the process ends and is restarted.
  const onDefect = (err: Error) => {
    log.error({ err }, 'unexpected error, ending');
    process.exit(1);
  };
  process.on('SIGTERM', onStop).on('SIGINT', onStop).on('SIGUSR2', onLevel).on('uncaughtException', onDefect);
  try {
    await program({ signal: stop.signal, clock, random: Math.random, log, levels });
  } finally {
    process.off('SIGTERM', onStop).off('SIGINT', onStop).off('SIGUSR2', onLevel);
    process.off('uncaughtException', onDefect);
  }
}
