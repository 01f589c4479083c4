/** What a user makes for an export. */
export type Thing = 'Service' | 'ServiceExport' | 'slice';

export interface Step {
  thing: Thing;
  /** It is made; false: it is deleted. */
  comes: boolean;
}

const THINGS: readonly Thing[] = ['Service', 'ServiceExport', 'slice'];

/**
 * A walk that begins and ends with nothing there and takes, just once, every step there is from every state:
 * eight states, three steps from each. (Hierholzer's way through the edges of a cube, there and back.)
 */
export function everyStep(): Step[] {
  const untaken = Array.from({ length: 1 << THINGS.length }, () => [...THINGS.keys()]);
  const walk: Step[] = [];
  const path: { state: number; by: Step | undefined }[] = [{ state: 0, by: undefined }];
  for (;;) {
    const here = path.at(-1);
    if (here === undefined) return walk.reverse();
    const bit = untaken[here.state]?.pop();
    const thing = bit === undefined ? undefined : THINGS[bit];
    if (bit === undefined || thing === undefined) {
      path.pop();
      if (here.by !== undefined) walk.push(here.by);
      continue;
    }
    const state = here.state ^ (1 << bit);
    path.push({ state, by: { thing, comes: (state & (1 << bit)) !== 0 } });
  }
}
