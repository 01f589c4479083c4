/** One question that was asked, and whether the answer was the right one. */
export interface Answer {
  name: string;
  askedIn: string;
  protocol: 'udp' | 'tcp';
  got: string[];
  want: string[];
}

/** True if the answer is exactly what was expected. */
export function isRight(answer: Answer): boolean {
  return answer.got.length === answer.want.length && answer.want.every((want) => answer.got.includes(want));
}

/** Lines of a borderless table in kubectl's style: name, where it was asked, what came, what was expected. */
export function answerTable(answers: readonly Answer[]): string[] {
  const rows = mergeProtocols(answers).map(({ answer, protocols, right }) => [
    answer.name,
    answer.askedIn,
    protocols,
    shown(answer.got),
    shown(answer.want),
    right ? 'ok' : 'WRONG',
  ]);
  return columns([['NAME', 'ASKED IN', 'OVER', 'ANSWER', 'EXPECTED', ''], ...rows]);
}

/** Pads each column to its widest cell; two blanks between columns. */
export function columns(rows: readonly (readonly string[])[]): string[] {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  );
}

function shown(values: readonly string[]): string {
  return values.length === 0 ? '(none)' : values.join(' ');
}

/** Equal answers over UDP and TCP are one row. */
function mergeProtocols(answers: readonly Answer[]): { answer: Answer; protocols: string; right: boolean }[] {
  const rows = new Map<string, { answer: Answer; protocols: string; right: boolean }>();
  for (const answer of answers) {
    const key = JSON.stringify([answer.name, answer.askedIn, answer.got, answer.want]);
    const row = rows.get(key);
    if (row) row.protocols = `${row.protocols}+${answer.protocol}`;
    else rows.set(key, { answer, protocols: answer.protocol, right: isRight(answer) });
  }
  return [...rows.values()];
}
