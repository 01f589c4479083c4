import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';

const MAIN = fileURLToPath(new URL('../main.ts', import.meta.url));
/** A benchmark that takes longer hangs, and is ended. */
const LONGEST_MS = 40 * 60_000;

/** How a run ended. */
export interface Ran {
  /** What it printed; empty where it found nothing. */
  json: string;
  /** What was wrong, if anything was: also a count that differs. */
  wrong: string | undefined;
  seconds: number;
}

/** Runs a benchmark in a process of its own: what one leaves in memory is nothing to the next. `say` takes progress. */
export async function runApart(
  name: string,
  flags: readonly string[],
  say: (line: string) => void,
): Promise<Ran> {
  const began = performance.now();
  const child = spawn(process.execPath, [MAIN, name, '--json', ...flags], {
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: LONGEST_MS,
  });
  createInterface({ input: child.stderr }).on('line', (line) => say(`${name}: ${line}`));
  const ended = once(child, 'close');
  const json = (await text(child.stdout)).trim();
  const [code, signal] = await ended;
  const gone = code === 0 ? undefined : signal === null ? `exit code ${code}` : `ended by ${signal}`;
  return {
    json,
    wrong: gone ?? (json === '' ? 'it said nothing' : undefined),
    seconds: Math.round((performance.now() - began) / 1_000),
  };
}
