/** The levels of the log, from the most talkative to the quietest. */
export const LOG_LEVELS = ['debug', 'info', 'warn', 'error'] as const;

export type LogLevel = (typeof LOG_LEVELS)[number];

/** True for a word that names a level. */
export function isLogLevel(word: string): word is LogLevel {
  return LOG_LEVELS.some((level) => level === word);
}

/** From which level on lines are written: one switch for all loggers of a program, changeable while it runs. */
export class LevelSwitch {
  readonly #configured: LogLevel;
  #current: LogLevel;

  constructor(configured: LogLevel) {
    this.#configured = configured;
    this.#current = configured;
  }

  get current(): LogLevel {
    return this.#current;
  }

  set(level: LogLevel): void {
    this.#current = level;
  }

  /** To debug, and from there back to the configured level. Returns the new level. */
  toggleDebug(): LogLevel {
    this.#current = this.#current === 'debug' ? this.#configured : 'debug';
    return this.#current;
  }

  allows(level: LogLevel): boolean {
    return LOG_LEVELS.indexOf(level) >= LOG_LEVELS.indexOf(this.#current);
  }
}
