/** An axis from zero to `most`, marked at round numbers. */
export interface Axis {
  most: number;
  marks: readonly number[];
}

const STEPS = [1, 2, 2.5, 5, 10];

/** An axis that holds values up to `highest`, with four to eight marks. */
export function axisFor(highest: number): Axis {
  if (!(highest > 0)) return { most: 1, marks: [0, 1] };
  const rough = highest / 5;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = power * (STEPS.find((one) => one * power >= rough) ?? 10);
  const count = Math.ceil(highest / step - 1e-9);
  return { most: count * step, marks: Array.from({ length: count + 1 }, (_, n) => n * step) };
}

/** A mark as it is written: `0`, `2.5`, `50,000`. */
export function markText(mark: number): string {
  return mark.toLocaleString('en-US', { maximumFractionDigits: 6 });
}
