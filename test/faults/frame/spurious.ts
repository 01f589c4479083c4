/** What was deleted beyond what had to be: every delete that `rightly` names is right once. */
export function spuriousAmong(all: readonly string[], rightly: readonly string[]): string[] {
  const left = [...rightly];
  return all.filter((one) => {
    const at = left.indexOf(one);
    if (at < 0) return true;
    left.splice(at, 1);
    return false;
  });
}
