import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { ENTRYPOINT } from './manifest.ts';

/** How a program is started; what is to be its arguments comes behind. */
export interface CommandLine {
  command: string;
  args: string[];
}

/**
 * How the program of an image for linux/amd64 is started whose root is unpacked at a folder: by its own loader and
 * with its own libraries, but without a change of root, which would need rights.
 */
export function commandIn(root: string, nodeFlags: readonly string[] = []): CommandLine {
  const libraries = join(root, 'usr/lib/x86_64-linux-gnu');
  const loader = readdirSync(libraries).find((name) => name.startsWith('ld-linux'));
  if (loader === undefined) throw new Error(`${libraries} holds no loader`);
  const [node, main] = ENTRYPOINT;
  return {
    command: join(libraries, loader),
    args: ['--library-path', libraries, join(root, node), ...nodeFlags, join(root, main)],
  };
}
