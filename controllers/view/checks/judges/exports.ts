import type { ExportRow } from '../../exports.ts';
import type { Said } from '../../said.ts';
import { type Judge, judged, wrongWhere } from '../look.ts';

export const EXPORT_JUDGES: Readonly<Record<string, Judge>> = {
  TB031: saying(({ valid }) => (valid.status === 'False' ? valid : undefined)),
  // What is not valid cannot be ready, and is told above.
  TB032: saying(({ valid, ready }) =>
    valid.status !== 'False' && ready.status !== 'True' ? ready : undefined,
  ),
  TB033: saying(({ conflict }) => (conflict.status === 'True' ? conflict : undefined)),
  TB034: ({ member: { nameless } }) => judged(nameless, wrongWhere),
};

function saying(trouble: (row: ExportRow) => Said | undefined): Judge {
  return ({ member: { exports } }) =>
    judged(exports, (rows) =>
      wrongWhere(
        rows.flatMap((row) => {
          const said = trouble(row);
          if (said === undefined) return [];
          const why =
            said.reason === '' ? 'no agent has said anything of it yet' : `${said.reason}: ${said.message}`;
          return [`${row.namespace}/${row.name}: ${why}`];
        }),
      ),
    );
}
