import type { Logger } from '#src/observability/logger.ts';

/** A line that was logged: its level, its message, and bindings and fields in one. */
export interface LogLine {
  level: 'debug' | 'info' | 'warn' | 'error';
  message: string;
  fields: Record<string, unknown>;
}

/** A logger that keeps what it is told. */
export class RecordingLog implements Logger {
  readonly lines: LogLine[];
  readonly #bindings: Record<string, unknown>;

  constructor(lines: LogLine[] = [], bindings: Record<string, unknown> = {}) {
    this.lines = lines;
    this.#bindings = bindings;
  }

  debug(fields: object, message: string): void {
    this.#record('debug', fields, message);
  }

  info(fields: object, message: string): void {
    this.#record('info', fields, message);
  }

  warn(fields: object, message: string): void {
    this.#record('warn', fields, message);
  }

  error(fields: object, message: string): void {
    this.#record('error', fields, message);
  }

  child(bindings: Record<string, unknown>): RecordingLog {
    return new RecordingLog(this.lines, { ...this.#bindings, ...bindings });
  }

  /** What a person sees without asking for more: warnings and errors. */
  get alarms(): LogLine[] {
    return this.lines.filter(({ level }) => level === 'warn' || level === 'error');
  }

  #record(level: LogLine['level'], fields: object, message: string): void {
    this.lines.push({ level, message, fields: { ...this.#bindings, ...fields } });
  }
}
