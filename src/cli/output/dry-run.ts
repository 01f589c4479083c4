/** What ends the line about a write that was only tried: ` (dry run)`, ` (server dry run)`; nothing where it was made. */
export function dryRunMark(dryRun: 'client' | 'server' | undefined): string {
  return dryRun === undefined ? '' : dryRun === 'client' ? ' (dry run)' : ' (server dry run)';
}
