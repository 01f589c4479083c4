import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { cacheFolder } from '../build/cache.ts';
import { withLock } from '../build/lock.ts';
import { run } from '../machine/run.ts';
import type { Progress } from '../progress.ts';
import { installTools } from './tools.ts';

/**
 * What a node is made of besides Kubernetes. They are unpacked into a folder, not installed: an installed containerd
 * would start as a service, and push out that of a Docker engine.
 */
const PACKAGES = ['containerd', 'runc', 'containernetworking-plugins', 'busybox-static', 'debootstrap'];
const USUAL_MS = 8_000;

/** Programs out of the distribution's packages, in a folder of ours. */
export interface DebianPrograms {
  /** Where the packages are unpacked. */
  root: string;
  /** containerd, its shims and ctr. */
  containerd: string;
  runc: string;
  /** The folder of the CNI plugins. */
  cni: string;
  busybox: string;
  debootstrap: string;
}

/** Installs the tools that are missing and unpacks the packages of a node. @throws with what to install by hand. */
export async function debianPrograms(progress: Progress): Promise<DebianPrograms> {
  await installTools(progress);
  const target = join(cacheFolder(), 'debian', `${codename()}-${process.arch}`);
  if (!existsSync(target)) {
    mkdirSync(dirname(target), { recursive: true });
    await progress.during(`download ${PACKAGES.join(', ')}`, { usualMs: USUAL_MS }, () =>
      withLock(`${target}.lock`, () => unpackInto(target)),
    );
  }
  return {
    root: target,
    containerd: join(target, 'usr/bin/containerd'),
    runc: join(target, 'usr/sbin/runc'),
    cni: join(target, 'usr/lib/cni'),
    busybox: join(target, 'bin/busybox'),
    debootstrap: join(target, 'usr/sbin/debootstrap'),
  };
}

/** `bookworm` */
export function codename(): string {
  const found = readFileSync('/etc/os-release', 'utf8').match(/^VERSION_CODENAME=(\w+)$/m)?.[1];
  if (found === undefined)
    throw new Error('real nodes need Debian or a relative of it: /etc/os-release names no release');
  return found;
}

/** The mirror that this machine's apt takes the release from. */
export async function mirror(): Promise<string> {
  const list = await run('apt-get', [
    'indextargets',
    '--format',
    '$(CODENAME) $(REPO_URI)',
    'Created-By: Packages',
  ]);
  const line = list.split('\n').find((text) => text.startsWith(`${codename()} `));
  if (line === undefined) throw new Error(`apt-get knows no mirror of ${codename()}: run apt-get update`);
  return line.split(' ')[1] ?? '';
}

async function unpackInto(target: string): Promise<void> {
  if (existsSync(target)) return;
  const draft = mkdtempSync(`${target}.draft-`);
  const downloads = mkdtempSync(`${target}.draft-`);
  try {
    await download(downloads);
    await run('sh', ['-euc', 'for file in *.deb; do dpkg-deb -x "$file" "$1"; done', 'unpack', draft], {
      cwd: downloads,
    });
    renameSync(draft, target);
  } finally {
    rmSync(draft, { recursive: true, force: true });
    rmSync(downloads, { recursive: true, force: true });
  }
}

/** An old list names packages that are no longer there: then once more with a new one. */
async function download(folder: string): Promise<void> {
  const get = () =>
    run('apt-get', ['download', '-o', 'APT::Sandbox::User=root', ...PACKAGES], { cwd: folder });
  try {
    await get();
  } catch {
    await run('apt-get', ['update']);
    await get();
  }
}
