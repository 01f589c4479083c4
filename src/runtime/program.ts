import type { LevelSwitch } from '#src/observability/levels.ts';
import type { Logger } from '#src/observability/logger.ts';
import type { Clock } from './clock.ts';

/** What the process gives to the program that runs in it: all that is not the program's own. */
export interface ProgramDeps {
  /** Aborts when the process is told to stop. */
  signal: AbortSignal;
  clock: Clock;
  /** A number in [0, 1), like Math.random. */
  random: () => number;
  log: Logger;
  levels: LevelSwitch;
}
