import { CATALOGUE, type Check } from '#controllers/view/checks/catalogue.ts';
import { markdownTable } from './table.ts';

/** One table for each category of checks, under its heading. */
export function checksPage(): string {
  return CATALOGUE.map(({ name, checks }) => `## ${name}\n\n${tableOf(checks)}`).join('\n\n');
}

function tableOf(checks: readonly Check[]): string {
  return markdownTable(
    ['id', 'what holds', 'severity', 'by', 'why it fails', 'how to see it', 'how to mend it'],
    checks.map(({ id, title, severity, by, pre, cause, see, mend }) => [
      id,
      title,
      severity,
      [...by, ...(pre ? ['`--pre`'] : [])].join(', '),
      cause,
      see.startsWith('date') ? see : `\`${see}\``,
      mend,
    ]),
  );
}
