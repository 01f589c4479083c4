import { setTimeout as pause } from 'node:timers/promises';
import type { MetricsPage } from '#test/integration/operation/read-metrics.ts';
import { readingOf } from './reading.ts';
import type { Sample } from './series.ts';

/** A program that is looked into while it works. */
export interface Sampled {
  /** `hub`, or a member's id. */
  readonly name: string;
  /** Rejects while the program does not run. */
  page(): Promise<MetricsPage>;
  /** How many of its watches are open. */
  watches(): number;
}

const EVERY_MS = 5_000;

/** Looks into programs every few seconds, each start of a program being a life of its own. */
export class Sampler {
  readonly #programs: readonly Sampled[];
  readonly #take: (sample: Sample) => void;
  readonly #began = performance.now();
  readonly #lives = new Map<string, { startedAt: number; life: number }>();
  readonly #latest = new Map<string, Sample>();

  /** `take` gets every sample as soon as there is one. */
  constructor(programs: readonly Sampled[], take: (sample: Sample) => void) {
    this.#programs = programs;
    this.#take = take;
  }

  /** How often programs have been started again. */
  get restarts(): number {
    return [...this.#lives.values()].reduce((sum, { life }) => sum + life - 1, 0);
  }

  /** The last look into each program. */
  get latest(): readonly Sample[] {
    return [...this.#latest.values()];
  }

  /** Looks until the signal says that it is enough; a program that keeps it waiting keeps nobody else waiting. */
  async run(signal: AbortSignal): Promise<void> {
    const follow = async (program: Sampled) => {
      while (!signal.aborted) {
        await this.#lookInto(program);
        await pause(EVERY_MS, undefined, { signal }).catch(() => {});
      }
    };
    await Promise.all(this.#programs.map(follow));
  }

  /** Looks into each program once. */
  async look(): Promise<void> {
    await Promise.all(this.#programs.map((program) => this.#lookInto(program)));
  }

  async #lookInto(program: Sampled): Promise<void> {
    const at = Math.round((performance.now() - this.#began) / 100) / 10;
    let sample: Sample;
    try {
      const page = await program.page();
      const reading = readingOf(page, program.watches());
      sample = { program: program.name, life: this.#lifeOf(program.name, page), at, reading };
    } catch {
      // It is down, or has not come up so far that its page is whole.
      return;
    }
    this.#latest.set(program.name, sample);
    this.#take(sample);
  }

  #lifeOf(name: string, { figures }: MetricsPage): number {
    const startedAt = figures.get('process_start_time_seconds') ?? 0;
    const known = this.#lives.get(name);
    if (known?.startedAt === startedAt) return known.life;
    const life = (known?.life ?? 0) + 1;
    this.#lives.set(name, { startedAt, life });
    return life;
  }
}
