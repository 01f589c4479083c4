import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { gunzipSync } from 'node:zlib';
import type { Step } from '#test/clusters/progress.ts';
import { NODE_VERSION, type Platform } from '../platform.ts';
import { readTar } from '../tar.ts';
import { withoutSymbols } from './symbols.ts';

const run = promisify(execFile);

/** Node for one platform, as its npm package holds it. */
export interface NodeBinary {
  /** The program, without symbols. */
  program: Uint8Array;
  /** Node's licence, and those of all that is compiled into it. */
  license: Uint8Array;
}

/**
 * Gets Node by npm, once for a cache folder. What is unpacked is what `nodeIntegrity` names, however it came
 * here: the digest is checked each time.
 */
export async function nodeBinary(platform: Platform, cache: string, step: Step): Promise<NodeBinary> {
  const archive = join(cache, `${platform.nodePackage}-${NODE_VERSION}.tgz`);
  if (!existsSync(archive)) {
    step.update('npm pack');
    await fetchPackage(platform, archive);
  }
  const bytes = readFileSync(archive);
  const found = `sha512-${createHash('sha512').update(bytes).digest('base64')}`;
  if (found !== platform.nodeIntegrity) {
    rmSync(archive);
    throw new Error(
      `${platform.nodePackage}@${NODE_VERSION} has ${found}, not the integrity that scripts/image/platform.ts names`,
    );
  }
  step.update('unpack');
  const files = new Map<string, Uint8Array>();
  const wanted = ['package/bin/node', 'package/LICENSE'];
  for (const entry of await readTar(gunzipSync(bytes), (path) => wanted.includes(path))) {
    if (entry.type === 'file') files.set(entry.path, entry.data);
  }
  const [program, license] = wanted.map((path) => files.get(path));
  if (program === undefined || license === undefined) {
    throw new Error(`${platform.nodePackage}@${NODE_VERSION} does not hold ${wanted.join(' and ')}`);
  }
  return { program: withoutSymbols(program), license };
}

async function fetchPackage({ nodePackage }: Platform, archive: string): Promise<void> {
  mkdirSync(dirname(archive), { recursive: true });
  const draft = mkdtempSync(`${archive}.draft-`);
  try {
    const spec = `${nodePackage}@${NODE_VERSION}`;
    await run('npm', [
      'pack',
      spec,
      '--pack-destination',
      draft,
      '--loglevel=error',
      '--fetch-retries=1',
    ]).catch((error: unknown) => {
      throw new Error(`npm could not fetch ${spec}: ${reason(error)}`, { cause: error });
    });
    const [name] = readdirSync(draft);
    if (name !== basename(archive)) throw new Error(`npm pack ${spec} left ${name ?? 'nothing'}`);
    renameSync(join(draft, name), archive);
  } finally {
    rmSync(draft, { recursive: true, force: true });
  }
}

function reason(error: unknown): string {
  const text = error instanceof Error && 'stderr' in error ? String(error.stderr) : String(error);
  return text.trim().split('\n')[0] ?? '';
}
