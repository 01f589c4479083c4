import { LOSS_COLUMNS, type Loss } from '#controllers/view/losses.ts';
import { renderDocument } from '../output/document.ts';
import { print, say } from '../output/print.ts';
import { renderTable } from '../output/table.ts';

/** Prints what disappears where when a member goes, before it does. */
export async function showLosses(
  member: string,
  losses: readonly Loss[],
  { output, aside = false }: { output?: 'yaml' | 'json' | undefined; aside?: boolean } = {},
): Promise<void> {
  if (output !== undefined) return print(await renderDocument({ losses }, output));
  if (losses.length === 0) return say(`${member} exports nothing: nothing disappears anywhere`);
  say(`what the other members lose with ${member}:`);
  const table = renderTable(LOSS_COLUMNS, losses, { wide: false, now: Date.now() });
  if (aside) say(table.trimEnd());
  else await print(table);
}
