import type { Stack } from '#test/clusters/addresses.ts';
import type { Report, Result, SpecReport } from './report.ts';

const KEP =
  'https://github.com/kubernetes/enhancements/tree/master/keps/sig-multicluster/1645-multi-cluster-services-api';
const STACKS: Readonly<Record<Stack, string>> = { ipv4: 'IPv4', ipv6: 'IPv6', dual: 'dual stack' };

/** The report as a page for people, in Markdown. */
export function pageOf(report: Report): string {
  const stacks = stacksOf(report);
  return [
    '# Conformance to KEP-1645',
    '',
    'What [KEP-1645][kep] asks of an implementation, one line each, and whether Tombolo does it. `npm run test:conformance`',
    'finds out: it starts clusters with real nodes, lets pods in every cluster send requests and ask DNS, and writes this',
    'page and [report.yaml](report.yaml). [How to run it, and how a spec reads](../../e2e/conformance/README.md).',
    '',
    `Tombolo ${report.implementation.version}, KEP as of [${report.kep.revision.slice(0, 9)}][revision].`,
    '',
    ...table(
      ['clusters', 'Kubernetes', 'members', 'required', 'optional'],
      stacks.map((stack) => summaryOf(report, stack)),
    ),
    '',
    '✓ passed · ✗ failed · – not tried, for the reason at the end',
    ...report.chapters.flatMap(({ title, specs }) => [
      '',
      `## ${title}`,
      '',
      ...table(
        ['id', 'requirement', ...stacks.map((stack) => STACKS[stack]), 'level', 'in the KEP'],
        specs.map((spec) => rowOf(spec, stacks)),
      ),
    ]),
    ...reasons(report, stacks),
    '',
    ...linksOf(report),
    '',
  ].join('\n');
}

function stacksOf({ runs }: Report): Stack[] {
  return (['ipv4', 'ipv6', 'dual'] as const).filter((stack) => runs[stack] !== undefined);
}

function summaryOf(report: Report, stack: Stack): string[] {
  const run = report.runs[stack];
  const specs = report.chapters.flatMap((chapter) => chapter.specs);
  return [
    STACKS[stack],
    run?.kubernetes.join(', ') ?? '',
    String(run?.members ?? ''),
    ...(['required', 'optional'] as const).map((level) =>
      counted(specs.filter((spec) => spec.level === level).map(({ results }) => results[stack])),
    ),
  ];
}

/** `40 of 41 passed, 1 not tried` */
function counted(results: readonly (Result | undefined)[]): string {
  const passed = results.filter((one) => one === 'passed').length;
  const failed = results.filter((one) => one === 'failed').length;
  const rest = results.length - passed - failed;
  return [
    `${passed} of ${results.length} passed`,
    ...(failed > 0 ? [`${failed} failed`] : []),
    ...(rest > 0 ? [`${rest} not tried`] : []),
  ].join(', ');
}

function rowOf({ id, says, level, kep, results }: SpecReport, stacks: readonly Stack[]): string[] {
  const words = kep.words.replaceAll('`', '').replaceAll('_', '');
  return [
    `\`${id}\``,
    says,
    ...stacks.map((stack) => mark(results[stack])),
    level,
    `[${kep.heading}][${labelOf(kep.url)}]: “${words}”`,
  ];
}

/** Where links lead to, below the text: a table with addresses in it is none to read. */
function linksOf({ kep, chapters }: Report): string[] {
  const urls = new Set(chapters.flatMap(({ specs }) => specs.map((spec) => spec.kep.url)));
  return [
    `[kep]: ${KEP}`,
    `[revision]: https://github.com/kubernetes/enhancements/commit/${kep.revision}`,
    ...[...urls].sort().map((url) => `[${labelOf(url)}]: ${url}`),
  ];
}

/** The anchor; two pages have sections of the same name only by their numbers. */
function labelOf(url: string): string {
  return url.slice(url.indexOf('#') + 1);
}

function mark(result: Result | undefined): string {
  if (result === 'passed') return '✓';
  return result === 'failed' ? '✗' : '–';
}

function reasons({ chapters }: Report, stacks: readonly Stack[]): string[] {
  const rows = chapters
    .flatMap(({ specs }) => specs)
    .flatMap(({ id, results }) =>
      [...new Set(stacks.flatMap((stack) => why(results[stack])))].map((reason) => {
        const where = stacks.filter((stack) => why(results[stack]).includes(reason));
        return [`\`${id}\``, where.map((stack) => STACKS[stack]).join(', '), reason];
      }),
    );
  return rows.length === 0 ? [] : ['', '## Not tried', '', ...table(['id', 'clusters', 'why'], rows)];
}

function why(result: Result | undefined): string[] {
  return typeof result === 'object' ? [result.skipped] : [];
}

/** A table with columns of even width, as the formatter would leave it. */
function table(head: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const widths = head.map((_, n) => Math.max(...[head, ...rows].map((row) => [...(row[n] ?? '')].length)));
  const line = (row: readonly string[]) =>
    `| ${row.map((cell, n) => cell + ' '.repeat((widths[n] ?? 0) - [...cell].length)).join(' | ')} |`;
  return [line(head), `| ${widths.map((width) => '-'.repeat(width)).join(' | ')} |`, ...rows.map(line)];
}
