import { execFile, spawn } from 'node:child_process';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
} from 'node:fs';
import { arch, platform } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import type { Progress, Step } from '../progress.ts';
import { cacheFolder, cacheKey } from './cache.ts';
import { withLock } from './lock.ts';
import { type GoModule, requiredVersion } from './modules.ts';

const GO_MODULES = join(import.meta.dirname, '..', 'go');
const run = promisify(execFile);

/**
 * Gives the folder that holds a module's programs (and its data files, flat), building it where the cache has
 * none: one `go build` for all of them. Two processes that want the same wait for one another.
 *
 * @throws Error with the compiler's last lines, or when there is no Go.
 */
export async function buildModule(module: GoModule, progress: Progress): Promise<string> {
  const source = join(GO_MODULES, module.name);
  const goMod = readFileSync(join(source, 'go.mod'), 'utf8');
  const goSum = readFileSync(join(source, 'go.sum'), 'utf8');
  const version = requiredVersion(goMod, module.versionOf);
  const flags = [
    '-trimpath',
    '-ldflags',
    module.ldflags(version).join(' '),
    ...Object.values(module.programs),
  ];
  const key = { program: module.name, version, goMod, goSum, flags, platform: `${platform()}/${arch()}` };
  const target = join(cacheFolder(), 'bin', cacheKey(key));
  if (existsSync(target)) return target;
  mkdirSync(dirname(target), { recursive: true });
  const label = `build ${Object.keys(module.programs).join(', ')} ${version}`;
  return await progress.during(label, { usualMs: module.usualMs }, async (step) => {
    const onWait = () => step.update('another process is building it');
    return await withLock(`${target}.lock`, () => buildInto(target, module, source, flags, step), { onWait });
  });
}

async function buildInto(
  target: string,
  module: GoModule,
  source: string,
  flags: readonly string[],
  step: Step,
): Promise<string> {
  if (existsSync(target)) {
    step.update('another process has built it');
    return target;
  }
  // Whoever held the lock before us and built here has died: nobody else writes drafts of this target.
  for (const name of readdirSync(dirname(target))) {
    if (name.startsWith(`${basename(target)}.draft-`))
      rmSync(join(dirname(target), name), { recursive: true });
  }
  const draft = mkdtempSync(`${target}.draft-`);
  try {
    const env = await goEnvironment();
    await compile(draft, source, flags, env, step);
    for (const [program, path] of Object.entries(module.programs)) renameBuilt(draft, path, program);
    await copyData(draft, module, source, env);
    // In one step: a folder that is there is whole.
    renameSync(draft, target);
    return target;
  } finally {
    rmSync(draft, { recursive: true, force: true });
  }
}

/**
 * The proxy without the `direct` fallback: a missing version then fails at once instead of hanging on a git
 * host. Nothing of the caller's workspace or flags takes part, so that the cache key tells the whole.
 */
async function goEnvironment(): Promise<NodeJS.ProcessEnv> {
  const proxy = await run('go', ['env', 'GOPROXY']).catch((error: unknown) => {
    throw new Error('building the test clusters needs Go (https://go.dev/dl) in PATH; see docs/testing.md', {
      cause: error,
    });
  });
  const first = proxy.stdout.trim().split(/[,|]/)[0] ?? '';
  return {
    ...process.env,
    CGO_ENABLED: '0',
    GOPROXY: first,
    GOFLAGS: '-mod=readonly -buildvcs=false',
    GOWORK: 'off',
  };
}

async function compile(
  draft: string,
  source: string,
  flags: readonly string[],
  env: NodeJS.ProcessEnv,
  step: Step,
): Promise<void> {
  const packages = await countPackages(source, flags, env, step);
  let compiled = 0;
  await runGo(['build', '-v', '-o', `${draft}/`, ...flags], source, env, (line) => {
    if (!line.startsWith('go: ')) compiled++;
    step.update(`${compiled} of at most ${packages} packages compiled`);
  });
}

/** Lists all that the programs are made of, which also fetches the modules. */
async function countPackages(
  source: string,
  flags: readonly string[],
  env: NodeJS.ProcessEnv,
  step: Step,
): Promise<number> {
  let fetched = 0;
  const packages = flags.slice(flags.indexOf('-ldflags') + 2);
  const output = await runGo(['list', '-deps', ...packages], source, env, () => {
    step.update(`${++fetched} modules fetched`);
  });
  return output.split('\n').length;
}

/** `go build -o folder/` names a program after its package's last part; ours have names of their own. */
function renameBuilt(draft: string, path: string, program: string): void {
  const last = basename(path);
  const built = /^v\d+$/.test(last) ? basename(dirname(path)) : last;
  if (built !== program) renameSync(join(draft, built), join(draft, program));
}

async function copyData(
  draft: string,
  module: GoModule,
  source: string,
  env: NodeJS.ProcessEnv,
): Promise<void> {
  if (module.data === undefined) return;
  const { stdout } = await run('go', ['list', '-m', '-f', '{{.Dir}}', module.versionOf], {
    cwd: source,
    env,
  });
  for (const file of module.data.files) {
    copyFileSync(join(stdout.trim(), module.data.from, file), join(draft, basename(file)));
  }
}

function runGo(
  args: readonly string[],
  cwd: string,
  env: NodeJS.ProcessEnv,
  onLine: (line: string) => void,
): Promise<string> {
  const child = spawn('go', args, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] });
  const stdout: string[] = [];
  const stderr: string[] = [];
  child.stdout.on('data', (chunk: Buffer) => stdout.push(chunk.toString()));
  createInterface({ input: child.stderr }).on('line', (line) => {
    stderr.push(line);
    onLine(line);
  });
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => {
      if (code === 0) resolve(stdout.join(''));
      else
        reject(
          new Error(`go ${args.slice(0, 2).join(' ')} in ${cwd} failed:\n${stderr.slice(-15).join('\n')}`),
        );
    });
  });
}
