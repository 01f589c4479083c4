import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** A folder that goes with the tests of a file. */
export function scratch(): Disposable & { folder: string } {
  const folder = mkdtempSync(join(tmpdir(), 'tombolo-image-test-'));
  return { folder, [Symbol.dispose]: () => rmSync(folder, { recursive: true, force: true }) };
}

/** Builds the image as `npm run image` does, and gives what it prints. */
export async function buildImage(
  output: string,
  { flags = [], env = {} }: { flags?: readonly string[]; env?: NodeJS.ProcessEnv } = {},
): Promise<string> {
  const args = ['scripts/image/main.ts', '--output', output, ...flags];
  const { stdout } = await run(process.execPath, args, { env: { ...process.env, ...env } });
  return stdout;
}
