import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { type Entry, file } from '../entry.ts';
import type { Platform } from '../platform.ts';
import { readTar } from '../tar.ts';
import type { DebianPackage } from './apt.ts';
import { wantedOf } from './packages.ts';

const run = promisify(execFile);
const CERTIFICATES = 'usr/share/ca-certificates/';

/**
 * The root of the image below Node and the program: what the packages give, with the work of their installation
 * scripts done here, since no package is ever configured.
 */
export async function debianRoot(packages: readonly DebianPackage[], platform: Platform): Promise<Entry[]> {
  const found: Entry[] = [];
  for (const { name, path } of packages) {
    const wanted = wantedOf(name, platform);
    for (const entry of await readTar(await dpkgDeb('--fsys-tarfile', path), wanted)) {
      if (entry.type !== 'directory') found.push(entry);
    }
    // Where scanners look in images that have no package manager.
    found.push(file(`var/lib/dpkg/status.d/${name}`, await control(path)));
  }
  const isCertificate = ({ path }: Entry) => path.startsWith(CERTIFICATES);
  return [
    ...found.filter((entry) => !isCertificate(entry)).map(merged),
    ...links(platform),
    file('etc/ssl/certs/ca-certificates.crt', bundleOf(found.filter(isCertificate))),
  ];
}

/** Debian 13 has all libraries below /usr, Debian 12 does that as it is installed: here always. */
function merged(entry: Entry): Entry {
  return /^lib(64)?\//.test(entry.path) ? { ...entry, path: `usr/${entry.path}` } : entry;
}

/** The loader's path is written in every program: /lib64/ld-linux-x86-64.so.2, /lib/ld-linux-aarch64.so.1. */
function links({ architecture }: Platform): Entry[] {
  const names = architecture === 'amd64' ? ['lib', 'lib64'] : ['lib'];
  return names.map((path) => ({ type: 'symlink', path, target: `usr/${path}` }));
}

/** What update-ca-certificates does with every certificate that the package trusts. */
function bundleOf(certificates: readonly Entry[]): string {
  const texts = [...certificates]
    .sort((a, b) => (a.path < b.path ? -1 : 1))
    .map((entry) => (entry.type === 'file' ? Buffer.from(entry.data).toString('latin1').trim() : ''));
  if (texts.length === 0) throw new Error('the package ca-certificates holds no certificates');
  return `${texts.join('\n')}\n`;
}

async function control(path: string): Promise<Uint8Array> {
  const [entry] = await readTar(await dpkgDeb('--ctrl-tarfile', path), (name) => name === 'control');
  if (entry?.type !== 'file') throw new Error(`${path} holds no control file`);
  return entry.data;
}

async function dpkgDeb(option: string, path: string): Promise<Buffer> {
  const { stdout } = await run('dpkg-deb', [option, path], { encoding: 'buffer', maxBuffer: 2 ** 28 });
  return stdout;
}
