/** Commands of a page that a person types in one go, and what the page shows of their output. */
export interface Step {
  /** The heading that they stand under. */
  title: string;
  commands: string[];
  /** Undefined: nothing is shown. */
  shown: string[] | undefined;
  /** Where in the page's lines the shown ones begin, and where a block of them would. */
  at: number;
}

/** Every block for a shell, with the block of text that follows it at once, if one does. */
export function stepsOf(page: string): Step[] {
  const lines = page.split('\n');
  const steps: Step[] = [];
  let title = '';
  for (let index = 0; index < lines.length; index++) {
    const line = lines[index] ?? '';
    if (line.startsWith('#')) title = line.replace(/^#+ /, '');
    if (line !== '```sh') continue;
    const end = endOf(lines, index);
    const step: Step = { title, commands: lines.slice(index + 1, end), shown: undefined, at: end + 1 };
    index = end;
    if (lines[end + 1] === '' && lines[end + 2] === '```text') {
      index = endOf(lines, end + 2);
      step.shown = lines.slice(end + 3, index);
      step.at = end + 3;
    }
    steps.push(step);
  }
  return steps;
}

function endOf(lines: readonly string[], start: number): number {
  const end = lines.indexOf('```', start + 1);
  if (end < 0) throw new Error(`line ${start + 1} begins a block that has no end`);
  return end;
}

/** The page with what the commands said this time where it shows something; `said` has a text for each step. */
export function withOutputs(page: string, said: readonly string[]): string {
  const lines = page.split('\n');
  for (const [index, step] of [...stepsOf(page).entries()].reverse()) {
    if (step.shown === undefined) continue;
    lines.splice(step.at, step.shown.length, ...(said[index] ?? '').trimEnd().split('\n'));
  }
  return lines.join('\n');
}

/** What differs from one run to the next, told apart by its kind only. Waits are left out: they may be none. */
const CHANGING: readonly (readonly [RegExp, string])[] = [
  [/^(\S+: )?waiting .*\n/gm, ''],
  [/\b\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z\b/g, 'TIME'],
  [/\b[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\b/g, 'UID'],
  [/\bhttps:\/\/\S+:\d+\b/g, 'URL'],
  [/\b198\.18\.\d+\.\d+\b/g, 'ADDRESS'],
  [/\b\d+(\.\d+)? ?m?s\b|\b(\d+d)?(\d+h)?(\d+m)?\d+s\b|\b(\d+d)?\d+[hm]\b|\b\d+d\b/g, 'AGE'],
  // Names that a controller draws, or that are made of such: slices, records of slices, pods.
  [/([-.])[0-9a-v]{13}([0-9a-v]{3})?\b/g, '$1HASH'],
  [/-[0-9a-z]{8,10}-[0-9a-z]{5}\b/g, '-POD'],
  [/\b([a-z0-9]+-)([a-z0-9]{5})\b(?=\s)/g, '$1NAME'],
  [/-{3,}/g, '---'],
  [/[ \t]{2,}/g, '  '],
  [/[ \t]+$/gm, ''],
];

/** A text without what every run has another of, so that two runs can be compared. */
export function lasting(text: string): string {
  return CHANGING.reduce((rest, [pattern, by]) => rest.replace(pattern, by), text).trim();
}
