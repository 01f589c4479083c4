import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { chartFiles } from './files.ts';

const root = join(import.meta.dirname, '../..');
let written = 0;
for (const [path, text] of chartFiles()) {
  const file = join(root, path);
  if (text === readOrUndefined(file)) continue;
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
  process.stdout.write(`${path}\n`);
  written++;
}
process.stdout.write(`${written} of ${chartFiles().size} generated files of the charts written anew\n`);

function readOrUndefined(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}
