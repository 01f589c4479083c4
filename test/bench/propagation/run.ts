import { systemClock } from '#src/runtime/system-clock.ts';
import { startClusters } from '#test/clusters/start.ts';
import { HUB_CRDS, MEMBER_CRDS } from '#test/driver/install.ts';
import { seededRandom } from '../stats/random.ts';
import { type Figures, figures } from './figures.ts';
import { measure, ROUNDS_OF_A_RUN } from './measure.ts';
import { EXPORTER, IMPORTER, Product } from './product.ts';
import { buildRig, type Rig } from './rig.ts';

export interface PropagationOptions {
  /** Rounds to measure at least; one round is one change on every lane. */
  rounds: number;
  warmUpRounds: number;
  spacingMs: number;
  /** `pods`: source slices as the stock controller writes them; `bare`: without targetRef and nodeName. */
  slices: 'pods' | 'bare';
  /** Without the product: what the rig itself costs on this machine. */
  relaysOnly: boolean;
  seed: number;
}

const WARM_UP_SPACING_MS = 40;

/** Starts everything, measures, and stops everything. `say` takes progress, line by line. */
export async function runPropagation(
  options: PropagationOptions,
  say: (line: string) => void,
): Promise<Figures> {
  await using stack = new AsyncDisposableStack();
  const set = await startClusters({
    hub: { name: 'hub', crds: [HUB_CRDS] },
    members: [EXPORTER, IMPORTER].map((name) => ({ name, crds: [MEMBER_CRDS] })),
  });
  stack.defer(() => set.stop());
  const [a, b] = set.members;
  if (a === undefined || b === undefined) throw new Error('the rig needs two members');
  const product = options.relaysOnly ? undefined : new Product(set);
  try {
    const ofPods = options.slices === 'pods';
    const clusters = { hub: set.hub, a, b };
    const rig = await buildRig({ clusters, ofPods, ...(product && { product }) }, stack);
    return await measureOn(rig, product, options, say);
  } catch (error) {
    if (product !== undefined) say(product.lastWords());
    throw error;
  }
}

async function measureOn(
  rig: Rig,
  product: Product | undefined,
  options: PropagationOptions,
  say: (line: string) => void,
): Promise<Figures> {
  const changes = rig.lanes.length * ROUNDS_OF_A_RUN * Math.ceil(options.rounds / ROUNDS_OF_A_RUN);
  const warmUpMs = rig.lanes.length * options.warmUpRounds * WARM_UP_SPACING_MS;
  const minutes = ((changes * options.spacingMs + warmUpMs) / 60_000).toFixed(1);
  say(`measuring ${rig.lanes.join(', ')}: about ${minutes} min, longer where runs are noisy`);

  const random = seededRandom(options.seed);
  const measured = await measure(rig.change, {
    ...options,
    lanes: rig.lanes,
    warmUpSpacingMs: WARM_UP_SPACING_MS,
    random,
    clock: systemClock(),
    report: say,
    // The delays of start and warm-up are nobody's business.
    onWarm: async () => {
      await product?.eventLoopDelays();
    },
  });
  const found = figures(measured, random);
  return {
    ...found,
    detail: {
      ...found.detail,
      seed: options.seed,
      bytes: Object.fromEntries(rig.bytes),
      eventLoopDelayP99Ms: (await product?.eventLoopDelays()) ?? {},
    },
  };
}
