import { existsSync, globSync, readdirSync, readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { citationsOf, headingAnchors, referencesOf } from './references.ts';

const root = new URL('../../', import.meta.url).pathname;
const read = (path: string) => readFileSync(join(root, path), 'utf8');
/** What a build writes is not there in a fresh clone, and pages may name it all the same. */
const isBuilt = (name: string) => name === 'dist' || name === 'node_modules';
const top = readdirSync(root).filter((name) => !isBuilt(name) && !name.startsWith('.git'));
const pages = [
  'README.md',
  'CONTRIBUTING.md',
  ...globSync('{docs/**/*,charts/**/*,e2e/*}.md', { cwd: root }),
];
const sources = globSync('{apis,controllers,src,test,e2e,scripts}/**/*.{ts,mjs,json}', { cwd: root });
const names = new Set([...sources.map((path) => basename(path)), ...top]);
const scripts = Object.keys((JSON.parse(read('package.json')) as { scripts: object }).scripts);

it('the pages are found', () => {
  expect(pages.length).toBeGreaterThan(10);
  expect(sources.length).toBeGreaterThan(300);
});

describe.each(pages)('%s', (page) => {
  const text = read(page);
  const { links, anchors, paths, symbols, scripts: named } = referencesOf(text, top);

  it('links to files that are there', () => {
    expect(links.filter((link) => !existsSync(join(root, dirname(page), link)))).toEqual([]);
  });

  it('links to headings that it has', () => {
    const headings = headingAnchors(text);
    expect(anchors.filter((anchor) => !headings.includes(anchor))).toEqual([]);
  });

  it('names paths and files that are there', () => {
    const isThere = (path: string) => (path.includes('/') ? existsSync(join(root, path)) : names.has(path));
    expect(paths.filter((path) => !isThere(path))).toEqual([]);
  });

  it('links symbols to the files that declare them', () => {
    const missing = symbols.filter(({ symbol, file }) => {
      const declared = new RegExp(`(function\\*?|class|interface|type|const) ${symbol.split('.')[0]}\\b`);
      const source = existsSync(join(root, dirname(page), file)) ? read(join(dirname(page), file)) : '';
      return !declared.test(source) || !symbol.split('.').every((part) => source.includes(part));
    });
    expect(missing).toEqual([]);
  });

  it('names scripts that package.json has', () => {
    expect(named.filter((script) => !scripts.includes(script))).toEqual([]);
  });
});

describe('docs/architecture.md', () => {
  const text = read('docs/architecture.md');

  it('names every folder of the program', () => {
    const folders = globSync('{apis,controllers,src}/*', { cwd: root, withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map((entry) => `${basename(entry.parentPath)}/${entry.name}`);
    expect(folders.length).toBeGreaterThan(15);
    expect(folders.filter((folder) => !text.includes(`\`${folder}\``))).toEqual([]);
  });

  it('names every loop, and none that is not there', () => {
    const production = sources.filter(
      (path) => /^(controllers|src)\//.test(path) && path.endsWith('controller.ts'),
    );
    const loops = production.flatMap((path) =>
      [...read(path).matchAll(/^ {4}name: '([a-z]+\.[a-z]+)',$/gm)].map(([, name = '']) => name),
    );
    const rows = [...text.matchAll(/^\| `([a-z]+\.[a-z]+)`/gm)].map(([, name = '']) => name);
    expect(loops.length).toBeGreaterThan(8);
    expect(rows.sort()).toEqual(loops.sort());
  });
});

it('docs/rules.md says what every place is about that a comment cites', () => {
  const told = [...read('docs/rules.md').matchAll(/^\| `([^`]+)`/gm)].map(([, place = '']) => place);
  const cited = new Set(
    [...sources, ...pages].filter((path) => path.endsWith('.ts')).flatMap((path) => citationsOf(read(path))),
  );
  expect(cited.size).toBeGreaterThan(15);
  expect([...cited].filter((place) => !told.includes(place))).toEqual([]);
});

describe('what is read off a page', () => {
  it('are links, symbols, paths and scripts, but neither addresses nor labels', () => {
    const page =
      'See [`judge`](../src/a.ts), [here](b.md#x), [there](#y), [it](https://example.org/a.md); ' +
      '`src/cache/store.ts`, `lost/file.ts`, `src/cache`, `mix.json`, `tombolo.dev/sources`, `npm run demo`.';
    expect(referencesOf(page, ['src'])).toEqual({
      links: ['../src/a.ts', 'b.md'],
      anchors: ['y'],
      paths: ['src/cache/store.ts', 'lost/file.ts', 'src/cache', 'mix.json'],
      symbols: [{ symbol: 'judge', file: '../src/a.ts' }],
      scripts: ['demo'],
    });
  });

  it('are headings as GitHub anchors them', () => {
    expect(headingAnchors('# One change, file by file\ntext\n## `tombolo hub`\n')).toEqual([
      'one-change-file-by-file',
      'tombolo-hub',
    ]);
  });

  it('are citations, each of several', () => {
    expect(citationsOf('by DESIGN.md 4a, "x" (SEMANTICS 3.6, 3.7). SEMANTICS 3.11. RELIABILITY T12')).toEqual(
      ['DESIGN.md 4a', 'SEMANTICS 3.6', 'SEMANTICS 3.7', 'SEMANTICS 3.11', 'RELIABILITY T12'],
    );
  });
});
