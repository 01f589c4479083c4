import { existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { run } from '../machine/run.ts';
import type { Progress } from '../progress.ts';
import { codename, type DebianPrograms, mirror } from './debian.ts';
import { imageArchive } from './image-archive.ts';

/** The name it always has on a node that was asked for it. */
export const TOOLBOX = 'tombolo.test/toolbox:1';

export const TOOLBOX_PACKAGES = ['socat', 'netcat-openbsd', 'bind9-dnsutils', 'curl', 'iproute2', 'procps'];
const USUAL_MS = 60_000;

/**
 * Answers every TCP connection to a port (8080 unless told) with the pod's own name and a newline, then closes, in
 * whatever families the pod has.
 */
export const SERVE_NAME = `#!/bin/sh
if [ -e /proc/net/if_inet6 ] && [ "$(cat /proc/sys/net/ipv6/conf/all/disable_ipv6)" = 0 ]; then
  exec socat "TCP6-LISTEN:\${1:-8080},fork,reuseaddr,ipv6only=0,backlog=128" EXEC:hostname
fi
exec socat "TCP-LISTEN:\${1:-8080},fork,reuseaddr,backlog=128" EXEC:hostname
`;

/**
 * Debian's smallest system with sh, nc, dig, nslookup, socat, curl, ip and our serve-name, as an archive in the cache.
 * Built once, out of this machine's own release and mirror.
 */
export async function toolboxImage(programs: DebianPrograms, progress: Progress): Promise<string> {
  return await imageArchive({
    names: [TOOLBOX],
    key: [codename(), ...TOOLBOX_PACKAGES, SERVE_NAME],
    command: ['serve-name'],
    fill: (root) =>
      progress.during('build the toolbox image', { usualMs: USUAL_MS }, async (step) => {
        await debootstrap(root, programs, (line) => step.update(line));
        slim(root);
        writeFileSync(join(root, 'usr/local/bin/serve-name'), SERVE_NAME, { mode: 0o755 });
      }),
  });
}

async function debootstrap(
  root: string,
  programs: DebianPrograms,
  onLine: (line: string) => void,
): Promise<void> {
  const options = ['--variant=minbase', `--include=${TOOLBOX_PACKAGES.join(',')}`];
  // It mounts things into the root folder: whatever happens, they go with it.
  await run(
    'unshare',
    ['--mount', 'sh', programs.debootstrap, ...options, codename(), root, await mirror()],
    {
      env: { ...process.env, DEBOOTSTRAP_DIR: join(programs.root, 'usr/share/debootstrap') },
      onOutput: (text) => onLine(text.trim().split('\n').at(-1)?.slice(0, 60) ?? ''),
    },
  );
}

/** Nothing in a test reads manuals, speaks other languages or installs more. */
function slim(root: string): void {
  for (const folder of [
    'var/cache/apt',
    'var/lib/apt/lists',
    'usr/share/doc',
    'usr/share/man',
    'usr/share/locale',
  ]) {
    const path = join(root, folder);
    if (!existsSync(path)) continue;
    for (const name of readdirSync(path)) rmSync(join(path, name), { recursive: true, force: true });
  }
  // Device files of the builder's: every container gets its own.
  rmSync(join(root, 'dev'), { recursive: true, force: true });
  mkdirSync(join(root, 'dev'));
}
