import { existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { Command } from 'commander';
import { bundle } from './bundle.ts';
import { revision } from './revision.ts';

const command = new Command('bundle')
  .description('Bundles the program: dist/bundle/main.js runs on Node 24 with nothing beside it.')
  .option('--output <folder>', 'where to write, emptied before', 'dist/bundle')
  .showHelpAfterError()
  .action(async ({ output }: { output: string }) => {
    const { files, maps } = await bundle((await revision(process.env)).commit);
    const folder = resolve(output);
    clear(folder);
    mkdirSync(folder, { recursive: true });
    for (const [name, content] of [...files, ...maps]) writeFileSync(join(folder, name), content);
    const bytes = [...files.values()].reduce((sum, { byteLength }) => sum + byteLength, 0);
    process.stderr.write(
      `${join(folder, 'main.js')}: ${files.size} files, ${(bytes / 1e6).toFixed(1)} MB, source maps beside them\n`,
    );
  });

/** Empties a folder that holds a bundle. Throws rather than empty another one. */
function clear(folder: string): void {
  if (!existsSync(folder)) return;
  if (readdirSync(folder).length > 0 && !existsSync(join(folder, 'main.js'))) {
    throw new Error(`${folder} holds something that is no bundle: name another --output`);
  }
  rmSync(folder, { recursive: true });
}

try {
  await command.parseAsync();
} catch (error) {
  process.stderr.write(`bundle failed: ${error instanceof Error ? error.message : error}\n`);
  process.exitCode = 1;
}
