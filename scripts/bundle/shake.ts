import type { Plugin } from 'esbuild';

/** Set on what this plugin asks esbuild to resolve, so that it does not ask itself. */
const ASKED = Symbol('asked');

/**
 * Tells esbuild that no module of a package does anything by being loaded, where its package.json does not say
 * so: whatever is not used can then be left out. For a package of which a part is used and of which that has been read.
 */
export function withoutSideEffects(packageName: string): Plugin {
  return {
    name: `without side effects: ${packageName}`,
    setup(build) {
      build.onResolve({ filter: /^\./ }, async ({ path, pluginData, ...from }) => {
        if (pluginData === ASKED || !from.importer.includes(`/node_modules/${packageName}/`))
          return undefined;
        const found = await build.resolve(path, { ...from, pluginData: ASKED });
        return { ...found, sideEffects: false };
      });
    },
  };
}
