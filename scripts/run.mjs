// Starts a program of this project from a fresh clone: any Node >= 20 runs this file, installs the locked
// dependencies where they are missing or stale, and hands over to the Node version that the lock file pins.
import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const stamp = join(root, 'node_modules', '.installed-lock');
const claim = join(root, '.tombolo', 'installing');
const lock = createHash('sha256')
  .update(readFileSync(join(root, 'package-lock.json')))
  .digest('hex');
const [program, ...args] = process.argv.slice(2);

if (program === undefined) {
  process.stderr.write('usage: node scripts/run.mjs FILE|BINARY [ARGUMENTS...]\n');
  process.exit(2);
}
while (!isInstalled()) {
  if (takeClaim()) install();
  // Somebody else installs: two at once would tear each other's files away.
  else await pause(500);
}

const bin = join(root, 'node_modules', '.bin');
const command = program.endsWith('.ts') ? join(bin, 'node') : join(bin, program);
const child = spawn(command, program.endsWith('.ts') ? [join(root, program), ...args] : args, {
  cwd: root,
  stdio: 'inherit',
  env: { ...process.env, PATH: `${bin}:${process.env.PATH}` },
});
// The child gets the terminal's Ctrl-C itself; this process only waits for it to have cleaned up.
process.on('SIGINT', () => {});
process.on('SIGTERM', () => child.kill('SIGTERM'));
child.on('exit', (code, signal) => process.exit(signal === null ? (code ?? 1) : 1));

function isInstalled() {
  return existsSync(stamp) && readFileSync(stamp, 'utf8') === lock;
}

function takeClaim() {
  mkdirSync(dirname(claim), { recursive: true });
  try {
    writeFileSync(claim, String(process.pid), { flag: 'wx' });
    return true;
  } catch {
    // The claim of a process that died is nobody's.
    if (existsSync(claim) && !isAlive(Number(readFileSync(claim, 'utf8')))) rmSync(claim, { force: true });
    return false;
  }
}

function isAlive(pid) {
  try {
    return pid > 0 && process.kill(pid, 0);
  } catch {
    return false;
  }
}

function install() {
  process.stderr.write('Installing dependencies from package-lock.json (usually about a minute, once) ...\n');
  const started = Date.now();
  const npm = spawnSync('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error'], {
    cwd: root,
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  if (npm.status === 0) writeFileSync(stamp, lock);
  rmSync(claim, { force: true });
  if (npm.status !== 0) {
    process.stderr.write('npm ci failed: see the lines above; nothing else was started.\n');
    process.exit(1);
  }
  process.stderr.write(`Dependencies installed in ${Math.round((Date.now() - started) / 1000)} s.\n`);
}
