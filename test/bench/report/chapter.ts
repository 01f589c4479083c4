/** One line of a benchmark's table in docs/benchmarks.md. */
export interface Figure {
  /** What was measured, with its unit. */
  what: string;
  /** As it is printed. */
  measured: string;
  /** As published before measuring, printed the same way; none for what is only told. */
  target?: string;
  /** Whether the target is met; of a figure without one, nothing. */
  met?: boolean;
}

/** A curve of a plot; points are in the units of the plot's axes, in order of x. */
export interface Series {
  name: string;
  points: readonly (readonly [x: number, y: number])[];
  /** What others are compared with, rather than something that was measured: drawn dashed. */
  bound?: true;
}

/** What a plot shows: curves over an axis, or bars beside each other, each with the limit that it should keep. */
export type Plot =
  | { kind: 'lines'; x: string; y: string; series: readonly Series[]; limit?: number }
  | { kind: 'bars'; y: string; bars: readonly { name: string; value: number; limit?: number }[] };

/** What one benchmark says in docs/benchmarks.md. */
export interface Chapter {
  /** `B1` to `B12`, as the benchmarks are numbered there. */
  id: string;
  /** What follows `npm run bench --`. */
  name: string;
  title: string;
  /** One sentence each: n, what was discarded, the noise floor, which parts were real. */
  conditions: readonly string[];
  figures: readonly Figure[];
  plots: readonly Plot[];
}
