import { appendFileSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { complaints, type Verdict } from '#test/histories/verdict.ts';
import type { Leaks } from './leaks.ts';
import type { Soaked } from './result.ts';
import type { Sample } from './series.ts';

/** What is kept of one history. */
export interface Played {
  seed: number;
  ops: number;
  faults: number;
  tookMs: number;
  healedMs: number;
  /** Empty where it went as it must. */
  complaints: string[];
  spuriousDeletes: number;
}

export function played(verdict: Verdict): Played {
  const { script, histories, ops, faults, tookMs, healedMs } = verdict;
  return {
    seed: script.seed,
    ops,
    faults,
    tookMs,
    healedMs,
    complaints: complaints(verdict),
    spuriousDeletes: histories.flatMap(({ spuriousDeletes }) => spuriousDeletes).length,
  };
}

/** A folder with all that a soak measures, written as it is measured: whoever ends the soak early loses nothing. */
export class Recording {
  readonly #folder: string;

  /** Begins anew where the folder holds another soak. */
  constructor(folder: string, about: Pick<Soaked, 'hours' | 'seed'>) {
    this.#folder = folder;
    mkdirSync(folder, { recursive: true });
    for (const name of ['samples.jsonl', 'histories.jsonl']) writeFileSync(join(folder, name), '');
    rmSync(join(folder, 'leaks.json'), { force: true });
    this.#write('about.json', about);
  }

  sample(sample: Sample): void {
    appendFileSync(join(this.#folder, 'samples.jsonl'), `${JSON.stringify(sample)}\n`);
  }

  history(history: Played): void {
    appendFileSync(join(this.#folder, 'histories.jsonl'), `${JSON.stringify(history)}\n`);
  }

  leaks(leaks: Leaks): void {
    this.#write('leaks.json', leaks);
  }

  #write(name: string, value: object): void {
    writeFileSync(join(this.#folder, name), `${JSON.stringify(value)}\n`);
  }
}

/**
 * What a soak has left in a folder; the same program wrote it. Of one that ended early, the hours are those that it
 * had lasted by its last sample.
 */
export function readRecording(folder: string): Soaked {
  const json = (name: string) => JSON.parse(readFileSync(join(folder, name), 'utf8'));
  const { hours, seed } = json('about.json') as Pick<Soaked, 'hours' | 'seed'>;
  const samples = linesOf(join(folder, 'samples.jsonl')).map((line) => JSON.parse(line) as Sample);
  const histories = linesOf(join(folder, 'histories.jsonl')).map((line) => JSON.parse(line) as Played);
  if (!existsSync(join(folder, 'leaks.json'))) {
    return { hours: (samples.at(-1)?.at ?? 0) / 3_600, seed, samples, histories, leaks: undefined };
  }
  return { hours, seed, samples, histories, leaks: json('leaks.json') as Leaks };
}

function linesOf(file: string): string[] {
  const text = readFileSync(file, 'utf8');
  // The last line of a soak that was killed may be a part of one.
  return text
    .slice(0, text.lastIndexOf('\n') + 1)
    .split('\n')
    .filter(Boolean);
}
