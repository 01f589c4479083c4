import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { run } from '../machine/run.ts';
import type { Progress } from '../progress.ts';

/** Programs of the machine that nodes are made with, and the package that brings each. */
const TOOLS: Readonly<Record<string, string>> = {
  ip: 'iproute2',
  nsenter: 'util-linux',
  unshare: 'util-linux',
  mount: 'mount',
  nft: 'nftables',
  iptables: 'iptables',
  tar: 'tar',
  wget: 'wget',
};
const FOLDERS = ['/usr/local/sbin', '/usr/local/bin', '/usr/sbin', '/usr/bin', '/sbin', '/bin'];
const USUAL_MS = 10_000;

/** Whether this process may make namespaces, mounts and bridges. */
export function mayMakeNodes(): boolean {
  return process.platform === 'linux' && process.getuid?.() === 0;
}

/** Installs what is missing; none of these packages starts a service. @throws Error that names the packages. */
export async function installTools(progress: Progress): Promise<void> {
  const missing = missingPackages();
  if (missing.length === 0) return;
  const names = missing.join(' ');
  await progress.during(`install ${names}`, { usualMs: USUAL_MS }, async () => {
    try {
      await install(missing);
    } catch (error) {
      throw new Error(`real nodes need the packages ${names}; install them and start again`, {
        cause: error,
      });
    }
  });
}

async function install(packages: readonly string[]): Promise<void> {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  // Never at the price of something that is installed.
  const args = ['install', '--yes', '--no-install-recommends', '--no-remove', ...packages];
  try {
    await run('apt-get', args, { env });
  } catch {
    await run('apt-get', ['update'], { env });
    await run('apt-get', args, { env });
  }
}

function missingPackages(): string[] {
  const missing = Object.entries(TOOLS).filter(
    ([tool]) => !FOLDERS.some((folder) => existsSync(join(folder, tool))),
  );
  return [...new Set(missing.map(([, name]) => name))];
}
