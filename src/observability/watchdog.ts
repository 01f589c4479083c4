import type { Clock, Milliseconds } from '#src/runtime/clock.ts';
import type { Logger } from './logger.ts';

const BEAT: Milliseconds = 500;
/** From here on a late beat is a stall worth a line in the log. */
const NOTEWORTHY: Milliseconds = 1_000;
/** Stalls are added up over this long … */
const WINDOW: Milliseconds = 60_000;
/** … and a process that was blocked for more than this of it has no future. */
const TOO_MUCH: Milliseconds = 30_000;

/**
 * Notices when the event loop is blocked, which in JavaScript stops everything at once: by how late its own
 * timer comes. While it is blocked nothing can answer a probe; afterwards this tells why none was answered,
 * and fails the check of a process that spends more time blocked than working.
 */
export class LoopWatchdog {
  readonly name = 'event-loop-watchdog';
  readonly #clock: Clock;
  readonly #log: Logger;
  readonly #stalls: { at: Milliseconds; blocked: Milliseconds }[] = [];

  constructor(clock: Clock, log: Logger) {
    this.#clock = clock;
    this.#log = log;
  }

  /** Beats until the signal aborts. */
  readonly run = async (signal: AbortSignal): Promise<void> => {
    while (!signal.aborted) {
      const due = this.#clock.monotonic() + BEAT;
      try {
        await this.#clock.sleep(BEAT, signal);
      } catch {
        return;
      }
      this.#note(this.#clock.monotonic() - due);
    }
  };

  /** For /healthz: what is wrong with the event loop, if anything. */
  readonly check = (): string | undefined => {
    const since = this.#clock.monotonic() - WINDOW;
    const blocked = this.#stalls
      .filter(({ at }) => at > since)
      .reduce((sum, stall) => sum + stall.blocked, 0);
    if (blocked <= TOO_MUCH) return undefined;
    return `blocked for ${Math.round(blocked / 1_000)} s of the last minute`;
  };

  #note(late: Milliseconds): void {
    if (late < NOTEWORTHY) return;
    const at = this.#clock.monotonic();
    this.#stalls.push({ at, blocked: late });
    while ((this.#stalls[0]?.at ?? at) <= at - WINDOW) this.#stalls.shift();
    this.#log.warn({ blockedMs: Math.round(late) }, 'the event loop was blocked');
  }
}
