import { createReadStream, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

/** Fewer than that many secrets in a rig of four clusters mean that they were looked for in the wrong place. */
const LEAST_SECRETS = 12;

export interface Leaks {
  /** How many lines were read, of how many files. */
  lines: number;
  files: number;
  secrets: number;
  /** Where a secret was found: file and line, never the secret. */
  found: string[];
}

/**
 * Reads every log in a folder, line by line, and looks in each line for every secret.
 *
 * @throws Error where there is next to nothing to look for, which would find nothing.
 */
export async function leaksIn(folder: string, secrets: ReadonlySet<string>): Promise<Leaks> {
  if (secrets.size < LEAST_SECRETS) throw new Error(`only ${secrets.size} secrets to look for`);
  const files = readdirSync(folder).filter((name) => name.endsWith('.log'));
  const found: string[] = [];
  let lines = 0;
  for (const file of files) {
    let number = 0;
    for await (const line of createInterface({ input: createReadStream(join(folder, file)) })) {
      number += 1;
      for (const secret of secrets) if (line.includes(secret)) found.push(`${file}:${number}`);
    }
    lines += number;
  }
  return { lines, files: files.length, secrets: secrets.size, found };
}
