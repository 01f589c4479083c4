/** Commands of a page that a person types, in order. */
export interface PageStep {
  /** The heading that they stand under; with a number where there are several of it. */
  title: string;
  commands: string[];
}

/** Every block of a Markdown page that says it is for a shell. */
export function stepsOf(page: string): PageStep[] {
  const steps: PageStep[] = [];
  let heading = '';
  let block: string[] | undefined;
  for (const line of page.split('\n')) {
    if (block === undefined) {
      if (line.startsWith('#')) heading = line.replace(/^#+ /, '');
      if (line === '```sh') block = [];
    } else if (line === '```') {
      const before = steps.filter(({ title }) => title.startsWith(heading)).length;
      steps.push({ title: before === 0 ? heading : `${heading} (${before + 1})`, commands: block });
      block = undefined;
    } else block.push(line);
  }
  return steps;
}
