import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { ConfigError } from '#src/config/error.ts';
import { systemClock } from '#src/runtime/system-clock.ts';
import { askEach, worst } from '../../clusters/reading.ts';
import { openTargets, type Target } from '../../clusters/targets.ts';
import { Exit } from '../../exit.ts';
import type { GatherOptions } from '../../gather-options.ts';
import { OF_HUB, OF_MEMBER, type Wanted } from '../../gathering/kinds.ts';
import { print, say } from '../../output/print.ts';
import { checkAll } from '../check/check.ts';
import { gatherCluster } from './cluster.ts';
import { Folder, folderName } from './folder.ts';
import { knownSecrets } from './known.ts';

/**
 * Writes one folder for each cluster, redacted, and prints the files. Throws a ConfigError where the folder holds
 * something already or a flag makes no sense, and an Exit where a cluster gave no answer: the folders of the others are written.
 */
export async function gather(options: GatherOptions, program: string): Promise<void> {
  if (options.namespace !== undefined)
    throw new ConfigError(['gather looks at all namespaces: leave -n out']);
  const logLines = Number(options.logLines);
  if (!Number.isInteger(logLines) || logLines < 0) {
    throw new ConfigError([`--log-lines=${JSON.stringify(options.logLines)}: is no whole number`]);
  }
  const stamp = new Date().toISOString().replaceAll(/[:.]/g, '-');
  const root = options.output ?? `tombolo-gather-${stamp}`;
  if (existsSync(root) && readdirSync(root).length > 0) {
    throw new ConfigError([
      `--output=${root}: holds something already; name a folder that is empty or not there`,
    ]);
  }
  const targets = openTargets(options, systemClock());
  try {
    const { members, hub } = targets;
    const all = hub === undefined ? members : [...members, hub];
    // Of all clusters: one's credential for another one lies in either.
    const known = (await Promise.all(all.map(knownSecrets))).flat();
    const { answered, failed } = await askEach(all, async (target) => {
      const folder = new Folder(join(root, place(target, hub)), known);
      return write(target, target === hub ? OF_HUB : OF_MEMBER, folder, logLines);
    });
    const summary = new Folder(root, known);
    await summary.document('check', await checkAll(targets, { clustersetDomain: 'clusterset.local' }));
    const files = answered.flatMap(({ target, value }) =>
      value.map((file) => join(root, place(target, hub), file)),
    );
    await print(
      [...files, ...summary.written.map((file) => join(root, file))].map((file) => `${file}\n`).join(''),
    );
    say(
      `${root} holds names and addresses of your clusters, and no Secret; look through it before you pass it on`,
    );
    say(
      `next: tar czf ${root}.tar.gz ${root}, or ${program} explain for the ids in ${join(root, 'check.yaml')}`,
    );
    const exitCode = worst(failed);
    if (exitCode !== undefined)
      throw new Exit(
        exitCode,
        failed.map(({ line }) => line),
      );
  } finally {
    await targets.close();
  }
}

/** A hub that is a member, too, has a folder for each. */
function place(target: Target, hub: Target | undefined): string {
  return join(target === hub ? 'hub' : 'members', folderName(target.context));
}

async function write(
  target: Target,
  wanted: readonly Wanted[],
  folder: Folder,
  logLines: number,
): Promise<string[]> {
  // One question first: a cluster that is not there is one line, and not one for each kind.
  await target.client.request('GET', '/version', undefined, { timeoutMs: target.timeoutMs });
  await gatherCluster(target, wanted, folder, logLines);
  await folder.close();
  return folder.written;
}
