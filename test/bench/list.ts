import { amplification } from './amplification/command.ts';
import type { Benchmark } from './benchmark.ts';
import { bytes } from './bytes/command.ts';
import { ceiling } from './ceiling/command.ts';
import { dns } from './dns/command.ts';
import { drain } from './drain/command.ts';
import { flood } from './flood/command.ts';
import { footprint } from './footprint/command.ts';
import { herd } from './herd/command.ts';
import { idle } from './idle/command.ts';
import { memory } from './memory/command.ts';
import { propagation } from './propagation/command.ts';
import { restart } from './restart/command.ts';
import { rolling } from './rolling/command.ts';

/** All of them, those of the page in its order first. */
export const BENCHMARKS: readonly Benchmark[] = [
  propagation,
  amplification,
  restart,
  rolling,
  idle,
  bytes,
  memory,
  herd,
  ceiling,
  drain,
  dns,
  flood,
  footprint,
];
