import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse, stringify } from 'yaml';
import { type ISecret, secrets } from '#apis/kubernetes/secret.ts';
import { DEFAULT_IMAGE } from '#src/install/deployment.ts';
import type { Manifest } from '#src/install/manifest.ts';
import { HUB_SECRET } from '#src/install/member.ts';
import { print } from '../../output/print.ts';
import { type HubAccess, hubAccessOf } from './access.ts';
import type { Joining } from './join.ts';

export const SECRET_FILE = 'secret.yaml';
export const MANIFESTS_FILE = 'manifests.yaml';
const VALUES_FILE = 'values.yaml';

/** What was written; `undo` takes the token away again. */
export interface WrittenFiles {
  undo(): void;
}

/** The token that an earlier attempt has left in this folder. */
export function heldInFiles(folder: string): HubAccess | undefined {
  try {
    const secret: ISecret = parse(readFileSync(join(folder, SECRET_FILE), 'utf8'));
    return hubAccessOf(secret, undefined);
  } catch {
    return undefined;
  }
}

/** Writes the installation for whoever keeps clusters in a repository: the Secret apart, for nobody else's eyes. */
export async function writeFiles(
  { options, bundle }: Joining,
  manifests: readonly Manifest[],
  fresh: boolean,
): Promise<WrittenFiles> {
  const folder = options.outputDir ?? '.';
  mkdirSync(folder, { recursive: true });
  const secret = manifests.find(({ kind }) => kind === secrets.kind);
  const secretPath = join(folder, SECRET_FILE);
  // The bundle may be used up next: what it was exchanged for comes first.
  if (fresh) {
    // A file that was there would keep its mode.
    rmSync(secretPath, { force: true });
    writeFileSync(secretPath, stringify(secret, { lineWidth: 0 }), { mode: 0o600, flag: 'wx' });
  }
  const rest = manifests.filter(({ kind }) => kind !== secrets.kind);
  const documents = rest.map((manifest) =>
    stringify(manifest, { aliasDuplicateObjects: false, lineWidth: 0 }),
  );
  writeFileSync(join(folder, MANIFESTS_FILE), documents.join('---\n'));
  const values = {
    clusterId: bundle.clusterId,
    hub: { existingSecret: HUB_SECRET, url: bundle.hub.server },
    ...(options.image !== undefined &&
      options.image !== DEFAULT_IMAGE && { image: imageValues(options.image) }),
  };
  writeFileSync(
    join(folder, VALUES_FILE),
    `# For the chart tombolo-member, instead of ${MANIFESTS_FILE}.\n${stringify(values)}`,
  );
  for (const file of [SECRET_FILE, MANIFESTS_FILE, VALUES_FILE]) await print(`${join(folder, file)}\n`);
  return {
    undo: () => rmSync(secretPath, { force: true }),
  };
}

/** The chart has registry, repository, tag and digest apart. */
function imageValues(image: string): Record<string, string> {
  const [name = '', digest] = image.split('@');
  const colon = name.lastIndexOf(':');
  const hasTag = colon > name.lastIndexOf('/');
  const tag = hasTag ? { tag: name.slice(colon + 1) } : {};
  return {
    registry: '',
    repository: hasTag ? name.slice(0, colon) : name,
    ...tag,
    ...(digest !== undefined && { digest }),
  };
}
