import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

interface Locked {
  license?: string;
  integrity?: string;
  resolved?: string;
  hasInstallScript?: boolean;
  dev?: boolean;
  devOptional?: boolean;
}

const read = (path: string) => JSON.parse(readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8'));
const { packages } = read('package-lock.json') as { packages: Record<string, Locked> };
const manifest = read('package.json') as Record<'dependencies' | 'devDependencies' | 'allowScripts', object>;
/** By path; the first entry is this project. */
const locked = Object.entries(packages).filter(([path]) => path !== '');

/** What is handed on with the program: nothing that asks for more than to be named. */
const PERMISSIVE = [
  '0BSD',
  'Apache-2.0',
  'BSD-2-Clause',
  'BSD-3-Clause',
  'CC0-1.0',
  'ISC',
  'MIT',
  'PSF-2.0',
  'Unlicense',
];
/** What only builds and tests it may besides ask that changes to itself be published. */
const FOR_DEVELOPMENT = [...PERMISSIVE, 'BlueOak-1.0.0', 'MIT OR Apache-2.0', 'MPL-2.0'];

/** Those whose licence the lock file does not have: their package.json states it in an old form. All are MIT. */
const STATED_ELSEWHERE = ['node_modules/buildcheck', 'node_modules/cpu-features', 'node_modules/ssh2'];

test('T20 the packages that the program needs are few, and none came unseen', () => {
  const atRunTime = locked.filter(([, { dev, devOptional }]) => !dev && !devOptional);
  // A change of these figures is a question to whoever reads it: what came, and what for?
  expect({
    direct: Object.keys(manifest.dependencies).length,
    inAll: atRunTime.length,
  }).toMatchInlineSnapshot(`
    {
      "direct": 11,
      "inAll": 119,
    }
  `);
});

test('T20 every package has a licence that lets it be used as it is', () => {
  const others = locked.filter(([path, { license = '', dev = false, devOptional = false }]) => {
    const allowed = dev || devOptional ? FOR_DEVELOPMENT : PERMISSIVE;
    return !allowed.includes(license) && !STATED_ELSEWHERE.includes(path);
  });
  expect(others.map(([path, { license }]) => `${path}: ${license}`)).toEqual([]);
});

test('T20 every package is pinned by the hash of its content, and none comes from elsewhere than a registry', () => {
  const unpinned = locked.filter(([, { integrity = '' }]) => !integrity.startsWith('sha512-'));
  expect(unpinned.map(([path]) => path)).toEqual([]);
  const elsewhere = locked.filter(
    ([, { resolved = '' }]) => resolved !== '' && !resolved.startsWith('https://'),
  );
  expect(elsewhere.map(([path]) => path)).toEqual([]);
  const ranges = [manifest.dependencies, manifest.devDependencies].flatMap(Object.entries);
  expect(ranges.filter(([, version]) => !/^\d+\.\d+\.\d+$/.test(String(version)))).toEqual([]);
});

test('T20 no package runs a script when it is installed, but for the one that unpacks Node', () => {
  expect(manifest.allowScripts).toEqual({ node: true });
  const wanting = locked.filter(([, { hasInstallScript }]) => hasInstallScript).map(([path]) => path);
  // All of them work without. None is needed at run time.
  expect(wanting).toEqual(
    ['cpu-features', 'esbuild', 'node', 'protobufjs', 'ssh2'].map((name) => `node_modules/${name}`),
  );
  expect(wanting.filter((path) => !packages[path]?.dev)).toEqual([]);
});
