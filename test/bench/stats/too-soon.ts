/** Nobody writes twice, or even once, within so many milliseconds: who saw it so was told late of the beginning. */
const LEAST_MS = 1;

/** The share of journeys that seem to have taken no time. They make a lane look quicker than it is. */
export function tooSoon(journeysMs: readonly number[]): number {
  if (journeysMs.length === 0) return 0;
  return journeysMs.filter((ms) => ms < LEAST_MS).length / journeysMs.length;
}

/** As it is printed: `0.3 %`. */
export function percent(share: number): string {
  return `${(100 * share).toFixed(1)} %`;
}
