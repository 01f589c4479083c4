/** Where progress goes: process.stderr, or a test's recorder. */
export interface ProgressStream {
  write(text: string): unknown;
  isTTY?: boolean;
  /** Width of the terminal. */
  columns?: number;
}

export interface ProgressOptions {
  stream?: ProgressStream;
  env?: Readonly<Record<string, string | undefined>>;
  /** Milliseconds, monotonic. */
  now?: () => number;
  /** Says nothing about steps that end sooner than this; for test suites. Only without a terminal. */
  quietMs?: number;
}

export interface StepOptions {
  /** How long it usually takes, shown beside the time elapsed. */
  usualMs?: number;
}

const TICK_MS = 200;
/** Without a terminal, a step that goes on says so this often. */
const REPORT_MS = 20_000;

/** One thing that takes time. Ends with done() or fail(), once; later calls do nothing. */
export interface Step {
  /** How far it is, in a few words: `412 of 1,480 packages`. */
  update(detail: string): void;
  done(detail?: string): void;
  fail(detail?: string): void;
}

interface Active {
  label: string;
  detail: string;
  since: number;
  usualMs: number | undefined;
  announced: boolean;
  reported: number;
}

/**
 * What is going on, how far it is, and how long that usually takes. On a terminal one line per running step,
 * redrawn in place, that stays as a result; elsewhere plain lines. Steps may overlap. NO_COLOR is honoured.
 */
export class Progress {
  readonly #stream: ProgressStream;
  readonly #now: () => number;
  readonly #colour: boolean;
  readonly #quietMs: number;
  readonly #active = new Set<Active>();
  #drawn = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor(options: ProgressOptions = {}) {
    this.#stream = options.stream ?? process.stderr;
    this.#now = options.now ?? (() => performance.now());
    this.#colour = this.#isTerminal && !(options.env ?? process.env)['NO_COLOR'];
    this.#quietMs = options.quietMs ?? 0;
  }

  get #isTerminal(): boolean {
    return this.#stream.isTTY === true;
  }

  step(label: string, options: StepOptions = {}): Step {
    const since = this.#now();
    const step: Active = {
      label,
      detail: '',
      since,
      usualMs: options.usualMs,
      announced: false,
      reported: since,
    };
    this.#active.add(step);
    this.#timer ??= setInterval(() => this.tick(), TICK_MS).unref();
    if (this.#isTerminal) this.#redraw();
    else if (this.#quietMs === 0) this.#announce(step);
    return {
      update: (detail) => {
        step.detail = detail;
      },
      done: (detail) => this.#end(step, this.#paint('✓', 32), detail),
      fail: (detail) => this.#end(step, this.#paint('✗', 31), detail),
    };
  }

  /** Runs `work` as a step; a failure marks the step and is thrown on. */
  async during<T>(label: string, options: StepOptions, work: (step: Step) => Promise<T>): Promise<T> {
    const step = this.step(label, options);
    try {
      const result = await work(step);
      step.done();
      return result;
    } catch (error) {
      step.fail();
      throw error;
    }
  }

  /** Prints a line that stays, above the running steps. */
  note(line: string): void {
    this.#erase();
    this.#stream.write(`${line}\n`);
    this.#draw();
  }

  /** Redraws, or reports what goes on for long; called by a timer of its own. */
  tick(): void {
    if (this.#isTerminal) {
      this.#redraw();
      return;
    }
    for (const step of this.#active) {
      const now = this.#now();
      if (!step.announced && now - step.since >= this.#quietMs) this.#announce(step);
      else if (step.announced && now - step.reported >= REPORT_MS) {
        step.reported = now;
        this.#stream.write(`  … ${this.#describe(step)}\n`);
      }
    }
  }

  #announce(step: Active): void {
    step.announced = true;
    const usual = step.usualMs === undefined ? '' : ` (usually ${duration(step.usualMs)})`;
    this.#stream.write(`  > ${step.label}${usual}\n`);
  }

  #end(step: Active, mark: string, detail: string | undefined): void {
    if (!this.#active.has(step)) return;
    this.#erase();
    this.#active.delete(step);
    if (detail !== undefined) step.detail = detail;
    if (this.#isTerminal || step.announced) {
      const suffix = step.detail === '' ? '' : `: ${step.detail}`;
      this.#stream.write(`  ${mark} ${step.label}${suffix} (${duration(this.#now() - step.since)})\n`);
    }
    if (this.#active.size === 0) {
      clearInterval(this.#timer);
      this.#timer = undefined;
    }
    this.#draw();
  }

  #describe({ label, detail, since, usualMs }: Active): string {
    const usual = usualMs === undefined ? '' : `, usually ${duration(usualMs)}`;
    return `${label}${detail === '' ? '' : `: ${detail}`} (${duration(this.#now() - since)}${usual})`;
  }

  #redraw(): void {
    this.#erase();
    this.#draw();
  }

  #erase(): void {
    if (this.#drawn > 0) this.#stream.write(`\u001b[${this.#drawn}A\u001b[J`);
    this.#drawn = 0;
  }

  #draw(): void {
    if (!this.#isTerminal) return;
    // A line that wraps would count for two, and the erasing would go wrong.
    const width = (this.#stream.columns ?? 80) - '  … '.length - 1;
    for (const step of this.#active) {
      this.#stream.write(`  ${this.#paint('…', 36)} ${this.#describe(step).slice(0, width)}\n`);
    }
    this.#drawn = this.#active.size;
  }

  #paint(text: string, code: number): string {
    return this.#colour ? `\u001b[${code}m${text}\u001b[0m` : text;
  }
}

/** `850 ms`, `4.2 s`, `2 min 05 s`. */
export function duration(ms: number): string {
  if (ms < 1_000) return `${Math.round(ms)} ms`;
  if (ms < 60_000) return `${(ms / 1_000).toFixed(1)} s`;
  const seconds = Math.round(ms / 1_000);
  return `${Math.floor(seconds / 60)} min ${String(seconds % 60).padStart(2, '0')} s`;
}
