import { createHash } from 'node:crypto';
import {
  createReadStream,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { arch } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { cacheFolder } from '../build/cache.ts';
import { withLock } from '../build/lock.ts';
import { run } from '../machine/run.ts';

/** An image of one layer. */
export interface ImageSpec {
  /** Its names, as `tombolo.test/pause:1`. */
  names: readonly string[];
  /** What decides its content, besides the names; with the names it is the key in the cache. */
  key: readonly string[];
  entrypoint?: readonly string[];
  command?: readonly string[];
  /** Fills an empty folder with the root file system. */
  fill: (root: string) => Promise<void>;
}

const ARCHITECTURES: Readonly<Record<string, string>> = { x64: 'amd64', arm64: 'arm64' };

/** Gives the image as a docker-archive in the cache, packing it where it is not there yet. */
export async function imageArchive(spec: ImageSpec): Promise<string> {
  const { names, key, entrypoint = [], command = [] } = spec;
  const digest = createHash('sha256').update(JSON.stringify([names, key, entrypoint, command, arch()]));
  const [first = 'image'] = names;
  const file = join(
    cacheFolder(),
    'images',
    `${first.replace(/[^a-z0-9.]+/g, '-')}-${digest.digest('hex').slice(0, 12)}.tar`,
  );
  if (existsSync(file)) return file;
  mkdirSync(dirname(file), { recursive: true });
  await withLock(`${file}.lock`, async () => {
    if (existsSync(file)) return;
    removeDrafts(file);
    await pack(file, spec);
  });
  return file;
}

/** Whoever held the lock before us and left drafts has died. */
function removeDrafts(file: string): void {
  for (const name of readdirSync(dirname(file))) {
    if (name.startsWith(`${basename(file)}.draft-`)) rmSync(join(dirname(file), name), { recursive: true });
  }
}

async function pack(file: string, spec: ImageSpec): Promise<void> {
  const draft = mkdtempSync(`${file}.draft-`);
  try {
    const root = join(draft, 'root');
    mkdirSync(root);
    await spec.fill(root);
    // What a layer's root folder is, everybody else's root is: others must be able to enter it.
    await run('tar', [
      '-C',
      root,
      '--numeric-owner',
      '--mode=u+rwX,go+rX',
      '-cf',
      join(draft, 'layer.tar'),
      '.',
    ]);
    writeFileSync(join(draft, 'config.json'), JSON.stringify(await config(join(draft, 'layer.tar'), spec)));
    const manifest = [{ Config: 'config.json', RepoTags: spec.names, Layers: ['layer.tar'] }];
    writeFileSync(join(draft, 'manifest.json'), JSON.stringify(manifest));
    await run('tar', [
      '-C',
      draft,
      '-cf',
      join(draft, 'image.tar'),
      'manifest.json',
      'config.json',
      'layer.tar',
    ]);
    renameSync(join(draft, 'image.tar'), file);
  } finally {
    rmSync(draft, { recursive: true, force: true });
  }
}

async function config(layer: string, { entrypoint, command }: ImageSpec): Promise<object> {
  return {
    architecture: ARCHITECTURES[arch()] ?? arch(),
    os: 'linux',
    config: {
      ...(entrypoint === undefined ? {} : { Entrypoint: entrypoint }),
      ...(command === undefined ? {} : { Cmd: command }),
      Env: ['PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'],
    },
    rootfs: { type: 'layers', diff_ids: [`sha256:${await sha256(layer)}`] },
  };
}

async function sha256(file: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(file), hash);
  return hash.digest('hex');
}
