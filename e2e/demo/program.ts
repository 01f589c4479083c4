import type { Workspace } from '#test/clusters/machine/workspace.ts';
import { type CommandLine, commandIn } from '../../scripts/image/command.ts';
import { imageTree, writeTree } from '../../scripts/image/unpack.ts';

export type { CommandLine };

/** How `tombolo` is started: from the sources, or from an image that is unpacked in the workspace. */
export async function tombolo(image: string | undefined, workspace: Workspace): Promise<CommandLine> {
  if (image === undefined) return { command: process.execPath, args: ['src/main.ts'] };
  const root = workspace.folderFor('image');
  writeTree(root, await imageTree(image, 'amd64'));
  return commandIn(root);
}
