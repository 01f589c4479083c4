import { Command } from 'commander';
import { checkNames, type ExportOptions, withExportOptions } from './export-options.ts';

/** `tombolo export service NAME`: writes a plain ServiceExport beside each Service. */
export function exportCommand(summary: string): Command {
  return withExportOptions(new Command('export'))
    .summary(summary)
    .description(summary)
    .action(async (_kind: string, names: string[], options: ExportOptions, command: Command) => {
      checkNames(names, options);
      const { exportServices } = await import('./verbs/export.ts');
      await exportServices(names, options, command.parent?.name() ?? '');
    });
}

/** `tombolo unexport service NAME`: deletes it. */
export function unexportCommand(summary: string): Command {
  return withExportOptions(new Command('unexport'))
    .summary(summary)
    .description(summary)
    .action(async (_kind: string, names: string[], options: ExportOptions, command: Command) => {
      checkNames(names, options);
      const { unexportServices } = await import('./verbs/unexport.ts');
      await unexportServices(names, options, command.parent?.name() ?? '');
    });
}
