import { join } from 'node:path';
import { build, type Metafile } from 'esbuild';
import { crdsOf } from './crds.ts';
import { withoutSideEffects } from './shake.ts';

export const ROOT = join(import.meta.dirname, '..', '..');

/** The program as few files, to be run by `node main.js`: what is loaded lazily in the source stays a file of its own. */
export interface Bundle {
  /** File name → content, sorted by name. */
  files: ReadonlyMap<string, Uint8Array>;
  /** File name of a source map → content, sorted by name: for whoever reads a stack, not needed to run. */
  maps: ReadonlyMap<string, Uint8Array>;
  /** Which file of the tree went where. */
  metafile: Metafile;
}

/** CommonJS packages ask for Node's own modules by `require`, which an ES module does not have. */
const REQUIRE =
  "import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);";

/** Node takes `.js` for an ES module only where a package.json says so. */
const MODULE = Buffer.from('{"type":"module"}\n');

/**
 * Bundles `src/main.ts`; writes nothing. The same sources give the same bytes. `commit` is what
 * `tombolo version` will say. Rejects with esbuild's error, which names file and line.
 */
export async function bundle(commit: string): Promise<Bundle> {
  const { outputFiles, metafile } = await build({
    absWorkingDir: ROOT,
    entryPoints: ['src/main.ts'],
    outdir: 'out',
    write: false,
    metafile: true,
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node24',
    chunkNames: '[name]-[hash]',
    banner: { js: REQUIRE },
    define: { TOMBOLO_COMMIT: JSON.stringify(commit), TOMBOLO_CRDS: JSON.stringify(crdsOf(ROOT)) },
    // Its kubeconfig module touches the index of the generated client, which brings every call that Kubernetes has:
    // ten MiB of an agent's memory.
    plugins: [withoutSideEffects('@kubernetes/client-node')],
    minifySyntax: true,
    minifyWhitespace: true,
    // Names stay: a stack in a log of the image then says which function it was in, without its source map.
    minifyIdentifiers: false,
    sourcemap: 'linked',
    logLevel: 'silent',
  });
  const sorted = outputFiles
    .map(({ path, contents }): [string, Uint8Array] => [path.slice(join(ROOT, 'out').length + 1), contents])
    .sort(([a], [b]) => (a < b ? -1 : 1));
  return {
    files: new Map([...sorted.filter(([name]) => !name.endsWith('.map')), ['package.json', MODULE]]),
    maps: new Map(sorted.filter(([name]) => name.endsWith('.map'))),
    metafile,
  };
}
