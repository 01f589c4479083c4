/** What a page points at, so that a test can see whether it is there. */
export interface References {
  /** Relative link targets, without their anchors. */
  links: string[];
  /** Headings of the page itself that it links to. */
  anchors: string[];
  /** Paths and bare file names within backticks. */
  paths: string[];
  /** Links whose text is code: a symbol, and the source file that must hold it. */
  symbols: { symbol: string; file: string }[];
  /** The X of each `npm run X`. */
  scripts: string[];
}

const LINK = /\[([^\]]*)\]\(([^)\s]+)\)/g;
const CODE = /`([^`\n]+)`/g;
const FILE_NAME = /^[\w.@-]+\.(ts|mjs|ya?ml|json|md)$/;
const PATH = /^[\w.@-]+(\/[\w.@-]+)+\/?$/;
/** A file type tells a path from a label such as `tombolo.dev/sources`; a folder is told by where it begins. */
const SOURCE = /\.(ts|mjs|ya?ml|json|md)$/;

/** Reads a Markdown page. `folders` are the names at the top of the repository. */
export function referencesOf(page: string, folders: readonly string[]): References {
  const found: References = { links: [], anchors: [], paths: [], symbols: [], scripts: [] };
  for (const [, text = '', target = ''] of page.matchAll(LINK)) {
    if (/^[a-z]+:/.test(target)) continue;
    const [file = '', anchor] = target.split('#');
    if (file === '') found.anchors.push(anchor ?? '');
    else found.links.push(file);
    const symbol = /^`([\w.]+)`$/.exec(text)?.[1];
    if (symbol !== undefined && file.endsWith('.ts')) found.symbols.push({ symbol, file });
  }
  for (const [, code = ''] of page.matchAll(CODE)) {
    const begins = code.split('/')[0] ?? '';
    if (FILE_NAME.test(code)) found.paths.push(code);
    else if (PATH.test(code) && (SOURCE.test(code) || folders.includes(begins))) found.paths.push(code);
  }
  for (const [, script = ''] of page.matchAll(/\bnpm run ([\w:-]+)/g)) found.scripts.push(script);
  return found;
}

/** Anchors that GitHub gives to the headings of a page. */
export function headingAnchors(page: string): string[] {
  return [...page.matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replace(/[^\p{L}\p{N} -]/gu, '')
      .replaceAll(' ', '-'),
  );
}

const CITATION =
  /\b(DESIGN\.md|SEMANTICS|RELIABILITY|RUNTIME\.md|TESTBED\.md|BENCHMARKS\.md) (T?\d[\d.a-z]*(?:, T?\d[\d.a-z]*)*)/g;

/** The places of planning texts that comments cite: `SEMANTICS 3.6, 3.7` are two. */
export function citationsOf(source: string): string[] {
  return [...source.matchAll(CITATION)].flatMap(([, text = '', places = '']) =>
    places.split(', ').map((place) => `${text} ${place.replace(/\.$/, '')}`),
  );
}
