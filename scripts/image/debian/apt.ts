import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { z } from 'zod';
import type { Step } from '#test/clusters/progress.ts';
import { sha256 } from '../digest.ts';
import type { Platform } from '../platform.ts';
import { isOurs, PACKAGES } from './packages.ts';

const run = promisify(execFile);
const DAY_MS = 24 * 60 * 60_000;

const resolved = z.object({
  /** When apt was asked, in milliseconds since 1970. */
  at: z.number(),
  packages: z.array(
    z.object({ name: z.string(), version: z.string(), file: z.string(), sha256: z.hex().length(64) }),
  ),
});

/** A Debian package, on disk, with the checksum that Debian's signed lists name. */
export interface DebianPackage {
  name: string;
  version: string;
  /** Path of the .deb. */
  path: string;
  sha256: string;
}

export interface AptOptions {
  /** A folder of ours; nothing outside is changed. */
  cache: string;
  /** Milliseconds since 1970. */
  now: number;
  /** Ask Debian even if it was asked within a day. */
  refresh: boolean;
}

/**
 * Gets the packages of the image for one platform, by apt with folders of its own: neither the machine's packages
 * nor its architectures change. Which versions, apt decides by the machine's sources; that is kept for a day,
 * so that building again gives the same. Rejects where this is no Debian, or its archive cannot be reached.
 */
export async function debianPackages(
  { architecture }: Platform,
  { cache, now, refresh }: AptOptions,
  step: Step,
): Promise<DebianPackage[]> {
  const folder = join(cache, `debian-${architecture}`);
  const downloads = join(folder, 'downloads');
  const known = join(folder, 'resolved.json');
  const answer = refresh ? undefined : readResolved(known);
  const isFresh = answer !== undefined && now - answer.at < DAY_MS;
  const { packages } = isFresh ? answer : await askApt(folder, architecture, now, step);
  const missing = packages.filter(({ file }) => !existsSync(join(downloads, file)));
  if (missing.length > 0) {
    step.update(`download ${missing.length} packages`);
    const exact = missing.map(({ name, version }) => `${name}=${version}`);
    mkdirSync(downloads, { recursive: true });
    await apt(folder, architecture, ['download', ...exact], downloads);
  }
  for (const { file, sha256: expected } of packages) {
    const found = sha256(readFileSync(join(downloads, file)));
    if (found === expected) continue;
    rmSync(join(downloads, file));
    throw new Error(`${file} was damaged on its way: it is removed, build again`);
  }
  if (!isFresh) writeFileSync(known, JSON.stringify({ at: now, packages }));
  return packages.map(({ file, ...rest }) => ({ ...rest, path: join(downloads, file) }));
}

async function askApt(
  folder: string,
  architecture: string,
  now: number,
  step: Step,
): Promise<z.infer<typeof resolved>> {
  for (const part of ['lists/partial', 'archives/partial']) {
    mkdirSync(join(folder, part), { recursive: true });
  }
  // An empty one: what this machine has installed must not decide what apt finds missing.
  writeFileSync(join(folder, 'status'), '');
  step.update('read package lists');
  await apt(folder, architecture, ['update']);
  // Installing shows what depends on what, downloading shows checksums worth the name.
  const needed = await apt(folder, architecture, ['install', '--print-uris', ...PACKAGES]);
  const names = offersIn(needed).map(({ name }) => name);
  const offers = offersIn(
    await apt(folder, architecture, ['download', '--print-uris', ...names.filter(isOurs)]),
  );
  const packages = offers.flatMap(({ checksum, ...offer }) =>
    checksum ? [{ ...offer, sha256: checksum }] : [],
  );
  const missing = PACKAGES.filter((name) => !packages.some((found) => found.name === name));
  if (missing.length > 0) throw new Error(`Debian offers no ${missing.join(', ')} for ${architecture}`);
  return { at: now, packages };
}

/** Reads lines like `'URL' libc6_2.36-9+deb12u14_amd64.deb 2759320 SHA256:ba4f…`, in the order of names. */
function offersIn(
  listed: string,
): { name: string; version: string; file: string; checksum: string | undefined }[] {
  const lines = listed.matchAll(/^'[^']+' ((\S+?)_(\S+?)_\S+\.deb) \d+(?: SHA256:([0-9a-f]{64}))?/gm);
  return [...lines]
    .map(([, file = '', name = '', version = '', checksum]) => ({
      name,
      // The colon of an epoch is written as %3a.
      version: decodeURIComponent(version),
      file,
      checksum,
    }))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** `cwd` is where apt puts what it downloads; what is there already it does not name again. */
async function apt(
  folder: string,
  architecture: string,
  args: readonly string[],
  cwd: string = folder,
): Promise<string> {
  const settings = {
    'APT::Architecture': architecture,
    'APT::Architectures': architecture,
    'APT::Install-Recommends': 'false',
    'APT::Sandbox::User': 'root',
    'Acquire::Languages': 'none',
    'Acquire::Retries': '2',
    'Debug::NoLocking': 'true',
    'Dir::State': folder,
    'Dir::State::status': join(folder, 'status'),
    'Dir::Cache': folder,
  };
  const options = Object.entries(settings).flatMap(([key, value]) => ['-o', `${key}=${value}`]);
  try {
    const { stdout } = await run('apt-get', ['-qq', ...options, ...args], {
      cwd,
      maxBuffer: 2 ** 26,
      env: { ...process.env, LC_ALL: 'C' },
    });
    return stdout;
  } catch (error) {
    throw new Error(`apt-get ${args[0]} for ${architecture} failed: ${reason(error)}`, { cause: error });
  }
}

function reason(error: unknown): string {
  if (error instanceof Error && 'code' in error && error.code === 'ENOENT') {
    return 'there is no apt-get here; the image is built on Debian, or in a container of it';
  }
  const text = error instanceof Error && 'stderr' in error ? String(error.stderr) : String(error);
  return text.trim().split('\n')[0] ?? '';
}

function readResolved(file: string): z.infer<typeof resolved> | undefined {
  try {
    return resolved.parse(JSON.parse(readFileSync(file, 'utf8')));
  } catch {
    // Never asked, or by another version of this program.
    return undefined;
  }
}
