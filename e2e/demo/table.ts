/** One question that was asked, and what was and should have been answered. */
export interface Answer {
  name: string;
  askedIn: string;
  protocol: 'udp' | 'tcp';
  got: string[];
  want: string[];
}

/** True if the answer is exactly what was expected. */
export function isRight({ got, want }: Answer): boolean {
  return got.length === want.length && want.every((value) => got.includes(value));
}

/**
 * Lines of a borderless table in kubectl's style: name, from where, over what, the answer, and what was
 * expected. Equal answers over UDP and TCP are one row.
 */
export function answerTable(headings: readonly string[], answers: readonly Answer[]): string[] {
  const rows = mergeProtocols(answers).map(({ answer, protocols }) => [
    answer.name,
    answer.askedIn,
    protocols.join('+'),
    shown(answer.name, answer.got),
    shown(answer.name, answer.want),
    isRight(answer) ? 'ok' : 'WRONG',
  ]);
  return columns([[...headings, ''], ...rows]);
}

/** Of the answers of a later step, those that are news: to questions whose right answer has changed. */
export function news(before: readonly Answer[], after: readonly Answer[]): Answer[] {
  const known = new Set(before.map(identity));
  return after.filter((answer) => !known.has(identity(answer)) || !isRight(answer));
}

function identity({ name, askedIn, protocol, want }: Answer): string {
  return JSON.stringify([name, askedIn, protocol, want]);
}

function columns(rows: readonly (readonly string[])[]): string[] {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  );
}

/** Names below the one that was asked are shown without it: `db-0.zzzc:5432` among the targets of `db.prod…`. */
function shown(name: string, values: readonly string[]): string {
  if (values.length === 0) return 'no such name';
  const asked = name.replace(/^(_[^.]+\.)+/, '');
  return values.map((value) => value.replace(`.${asked}`, '')).join(' ');
}

function mergeProtocols(answers: readonly Answer[]): { answer: Answer; protocols: string[] }[] {
  const rows = new Map<string, { answer: Answer; protocols: string[] }>();
  for (const answer of answers) {
    const { protocol, ...rest } = answer;
    const key = JSON.stringify(rest);
    const row = rows.get(key);
    if (row) row.protocols.push(protocol);
    else rows.set(key, { answer, protocols: [protocol] });
  }
  return [...rows.values()];
}
