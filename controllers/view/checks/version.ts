/** Whether a version is of an earlier minor or patch release; false where one of them cannot be read. */
export function isOlder(version: string, than: string): boolean {
  const [found, wanted] = [numbers(version), numbers(than)];
  if (found === undefined || wanted === undefined) return false;
  const at = wanted.findIndex((part, index) => part !== (found[index] ?? 0));
  return at >= 0 && (found[at] ?? 0) < (wanted[at] ?? 0);
}

/** How many minor releases lie between them; undefined where one cannot be read. Another major one is far away. */
export function minorsApart(a: string, b: string): number | undefined {
  const [x, y] = [numbers(a), numbers(b)];
  if (x === undefined || y === undefined) return undefined;
  return x[0] === y[0] ? Math.abs((x[1] ?? 0) - (y[1] ?? 0)) : Number.POSITIVE_INFINITY;
}

function numbers(version: string): number[] | undefined {
  const found = /^v?(\d+)\.(\d+)(?:\.(\d+))?/.exec(version);
  return found?.slice(1).map((part) => Number(part ?? 0));
}
