import { destination, type Logger as Pino, pino } from 'pino';
import type { Clock } from '#src/runtime/clock.ts';
import { errorFields } from './error-fields.ts';
import type { LevelSwitch, LogLevel } from './levels.ts';
import type { Logger } from './logger.ts';
import { textLine } from './text-line.ts';

/** Fields that are never shown, at the top of a line or one level below. */
const SECRET = ['token', 'password', 'authorization', 'cookie', 'clientKey', 'client-key-data', 'headers'];

export interface LogOptions {
  /** The program's part in the name: `tombolo.member`. */
  logger: string;
  levels: LevelSwitch;
  format: 'json' | 'text';
  clock: Pick<Clock, 'now'>;
  /** Takes whole lines; standard output unless told. */
  write?: (line: string) => void;
}

/**
 * The root logger of a program: one JSON line, or one line of text, for each message. Lines are written
 * before the call returns, so that none is lost when the process ends.
 */
export function createLogger({ logger, levels, format, clock, write }: LogOptions): Logger {
  const stdout = destination({ fd: 1, sync: true });
  const out = write ?? ((line: string) => void stdout.write(line));
  const root = pino(
    {
      // The switch decides: a pino logger keeps the level it was made with, and children are made all the time.
      level: 'debug',
      base: { logger },
      timestamp: () => `,"ts":"${new Date(clock.now()).toISOString()}"`,
      formatters: { level: (level) => ({ level }) },
      serializers: { err: errorFields },
      redact: { paths: SECRET.flatMap((key) => [`["${key}"]`, `*["${key}"]`]), censor: '[redacted]' },
    },
    { write: format === 'text' ? (line: string) => out(textLine(line)) : out },
  );
  return new SwitchedLogger(root, levels);
}

class SwitchedLogger implements Logger {
  readonly #pino: Pino;
  readonly #levels: LevelSwitch;

  constructor(pino: Pino, levels: LevelSwitch) {
    this.#pino = pino;
    this.#levels = levels;
  }

  debug(fields: object, message: string): void {
    this.#write('debug', fields, message);
  }

  info(fields: object, message: string): void {
    this.#write('info', fields, message);
  }

  warn(fields: object, message: string): void {
    this.#write('warn', fields, message);
  }

  error(fields: object, message: string): void {
    this.#write('error', fields, message);
  }

  child(bindings: Record<string, unknown>): Logger {
    return new SwitchedLogger(this.#pino.child(bindings), this.#levels);
  }

  #write(level: LogLevel, fields: object, message: string): void {
    if (this.#levels.allows(level)) this.#pino[level](fields, message);
  }
}
