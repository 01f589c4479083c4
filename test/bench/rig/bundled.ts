import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';
import type { Workspace } from '#test/clusters/machine/workspace.ts';
import { bundle } from '../../../scripts/bundle/bundle.ts';
import type { CommandLine } from '../../../scripts/image/command.ts';
import { HEAP_LIMIT } from './program.ts';

/** Bundles the program as it is shipped: where its start is part of what is measured, sources would be compiled first. */
export async function bundledProgram(workspace: Workspace): Promise<CommandLine> {
  const folder = workspace.folderFor('bundle');
  const { files } = await bundle('bench');
  for (const [name, content] of files) writeFileSync(join(folder, name), content);
  return { command: process.execPath, args: [HEAP_LIMIT, join(folder, 'main.js')] };
}

/** Bundles a program of the benchmark that is compared with that one from its start on. */
export async function bundledScript(workspace: Workspace, source: URL): Promise<URL> {
  const outfile = workspace.file('bundled.cjs');
  await build({
    entryPoints: [fileURLToPath(source)],
    outfile,
    bundle: true,
    format: 'cjs',
    platform: 'node',
    target: 'node24',
    logLevel: 'silent',
  });
  return pathToFileURL(outfile);
}
