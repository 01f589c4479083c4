import type { KubeObject } from '#apis/meta.ts';
import { serviceExports } from '#apis/multicluster/service-export.ts';
import { isKindMissing } from '#src/kube/errors.ts';
import { objectPath, queryString } from '#src/kube/paths.ts';
import { listAll } from '../../clusters/reading.ts';
import type { Target } from '../../clusters/targets.ts';
import { farewell } from '../../farewell.ts';
import { PROGRAMS, pods, type Wanted } from '../../gathering/kinds.ts';
import { mcsCrds } from '../check/crds.ts';
import type { Folder } from './folder.ts';

/** Writes all that is wanted of one cluster. What cannot be read is noted in the folder, and hides nothing else. */
export async function gatherCluster(
  target: Target,
  wanted: readonly Wanted[],
  folder: Folder,
  logLines: number,
): Promise<void> {
  const { client, timeoutMs } = target;
  const noted = async (work: Promise<void>) => {
    try {
      await work;
    } catch (error) {
      folder.problem(farewell(error).lines.join(' '));
    }
  };
  await noted(
    client.request('GET', '/version', undefined, { timeoutMs }).then((is) => folder.document('version', is)),
  );
  await noted(mcsCrds(target).then((found) => folder.document('crds', found)));
  const exported = new Set((await listAll(target, serviceExports).catch(() => [])).map(keyOf));
  for (const one of wanted) await noted(writeKind(target, one, exported, folder));
  await noted(writeLogs(target, folder, logLines));
}

async function writeKind(
  target: Target,
  { file, resource, labelSelector, fieldSelector, keep }: Wanted,
  exported: ReadonlySet<string>,
  folder: Folder,
): Promise<void> {
  try {
    const items = await listAll(target, resource, {
      ...(labelSelector !== undefined && { labelSelector }),
      ...(fieldSelector !== undefined && { fieldSelector }),
    });
    await folder.document(file, { items: keep ? items.filter((item) => keep(item, exported)) : items });
  } catch (error) {
    if (!isKindMissing(error)) throw error;
    folder.problem(`${file}: the API server does not know this kind`);
  }
}

/** Of every pod of ours: what it says now, and what it said before it was restarted. */
async function writeLogs(target: Target, folder: Folder, tailLines: number): Promise<void> {
  const { client, timeoutMs } = target;
  for (const { metadata } of await listAll(target, pods, { labelSelector: PROGRAMS })) {
    const { namespace, name } = metadata;
    const path = objectPath(pods, { namespace, name }, 'log');
    for (const previous of ['false', 'true']) {
      const query = queryString({ tailLines, previous, timestamps: 'true' });
      const file = `logs/${namespace}_${name}${previous === 'true' ? '.previous' : ''}.log`;
      try {
        await folder.text(file, await client.text(path + query, { timeoutMs }));
      } catch (error) {
        // Most pods were never restarted.
        if (previous === 'false') folder.problem(farewell(error).lines.join(' '));
      }
    }
  }
}

function keyOf({ metadata }: KubeObject): string {
  return `${metadata.namespace}/${metadata.name}`;
}
