import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Metafile } from 'esbuild';
import { z } from 'zod';
import { ROOT } from './bundle.ts';

const manifestSchema = z.object({ name: z.string(), version: z.string(), license: z.string().optional() });
const lockSchema = z.object({
  packages: z.record(z.string(), z.object({ integrity: z.string().optional() })),
});

/** An npm package of which something is in the bundle. */
export interface BundledPackage {
  name: string;
  version: string;
  /** An SPDX expression, as the package states it. */
  license: string | undefined;
  /** As package-lock.json names it: `sha512-…`. */
  integrity: string | undefined;
  /** Its licence files and notices, as they are. */
  texts: readonly string[];
}

/** The packages that ended up in the bundle: not all that is installed, and not what tree shaking left out. */
export function bundledPackages(metafile: Metafile): BundledPackage[] {
  const folders = new Set<string>();
  for (const { inputs } of Object.values(metafile.outputs)) {
    for (const [path, { bytesInOutput }] of Object.entries(inputs)) {
      const folder = bytesInOutput > 0 ? packageFolder(path) : undefined;
      if (folder !== undefined) folders.add(folder);
    }
  }
  const lock = lockSchema.parse(JSON.parse(readFileSync(join(ROOT, 'package-lock.json'), 'utf8')));
  return [...folders].sort().map((folder) => {
    const { name, version, license } = manifestSchema.parse(
      JSON.parse(readFileSync(join(ROOT, folder, 'package.json'), 'utf8')),
    );
    return {
      name,
      version,
      license,
      integrity: lock.packages[folder]?.integrity,
      texts: licenseTexts(folder),
    };
  });
}

/** `node_modules/a/node_modules/@b/c` of a file somewhere below it; undefined for our own. */
function packageFolder(path: string): string | undefined {
  return path.match(/^(?:.*\/)?node_modules\/(?:@[^/]+\/)?[^/]+/)?.[0];
}

function licenseTexts(folder: string): string[] {
  return readdirSync(join(ROOT, folder))
    .filter((name) => /^(licen[cs]e|copying|notice)/i.test(name) && existsSync(join(ROOT, folder, name)))
    .sort()
    .map((name) => readFileSync(join(ROOT, folder, name), 'utf8').trim());
}

/** One text with the licences of all of them, which they ask to be passed on. */
export function thirdPartyLicenses(packages: readonly BundledPackage[]): string {
  const parts = packages.map(({ name, version, license, texts }) => {
    const body = texts.length > 0 ? texts.join('\n\n') : 'The package holds no licence file.';
    return `${name} ${version}, ${license ?? 'licence not stated'}\n\n${body}\n`;
  });
  return parts.join(`\n${'-'.repeat(80)}\n\n`);
}
