import { systemClock } from '#src/runtime/system-clock.ts';
import { type ClusterSet, startClusters } from '#test/clusters/start.ts';
import { HUB_CRDS, MEMBER_CRDS } from '#test/driver/install.ts';
import { Link } from '../rig/link.ts';
import { seededRandom } from '../stats/random.ts';
import { type FarFigures, type Figures, figures, type PropagationFigures } from './figures.ts';
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
  /** Distances to the hub, there and back in milliseconds. */
  rtt: readonly number[];
}

type Settings = Omit<PropagationOptions, 'rtt'>;

const WARM_UP_SPACING_MS = 40;

/** Rounds where the hub is far away: times vary less, and each change takes longer. */
const FAR_ROUNDS = 200;
const FAR_WARM_UP_ROUNDS = 50;

/**
 * Measures at the first distance to the hub, and with fewer rounds at each further one. `say` takes progress,
 * line by line.
 */
export async function runPropagation(
  { rtt: [near = 0, ...far], ...options }: PropagationOptions,
  say: (line: string) => void,
): Promise<PropagationFigures> {
  const found = await measureAt(near, options, say);
  const further: FarFigures[] = [];
  for (const rttMs of far) {
    const rounds = Math.min(FAR_ROUNDS, options.rounds);
    const warmUpRounds = Math.min(FAR_WARM_UP_ROUNDS, options.warmUpRounds);
    const { detail: _, ...figures } = await measureAt(rttMs, { ...options, rounds, warmUpRounds }, say);
    further.push({ rttMs, ...figures });
  }
  return { rttMs: near, ...found, far: further };
}

/** Starts everything, measures, and stops everything. */
async function measureAt(rttMs: number, options: Settings, say: (line: string) => void): Promise<Figures> {
  await using stack = new AsyncDisposableStack();
  if (rttMs > 0) say(`with ${rttMs} ms to the hub and back`);
  const { rig, product } = await openRig({ ...options, rttMs }, stack, say);
  try {
    return await measureOn(rig, product, options, say);
  } catch (error) {
    if (product !== undefined) say(product.lastWords());
    throw error;
  }
}

/** What is measured on, and what the product is there. */
export interface OpenedRig {
  set: ClusterSet;
  rig: Rig;
  product: Product | undefined;
}

interface RigOptions extends Pick<PropagationOptions, 'slices' | 'relaysOnly'> {
  /** What everybody's way to the hub and back takes longer; 0 unless told. */
  rttMs?: number;
}

/** Starts clusters, lanes and the product; `stack` stops them. What the product said last is told where it does not start. */
export async function openRig(
  { slices, relaysOnly, rttMs = 0 }: RigOptions,
  stack: AsyncDisposableStack,
  say: (line: string) => void,
): Promise<OpenedRig> {
  const set = await startClusters({
    hub: { name: 'hub', crds: [HUB_CRDS] },
    members: [EXPORTER, IMPORTER].map((name) => ({ name, crds: [MEMBER_CRDS] })),
  });
  stack.defer(() => set.stop());
  const [a, b] = set.members;
  if (a === undefined || b === undefined) throw new Error('the rig needs two members');
  const { toHub, broken } = await wayToHub(set, rttMs, stack);
  const product = relaysOnly ? undefined : new Product(set, toHub);
  try {
    const clusters = { hub: set.hub, a, b };
    const rig = await buildRig(
      { clusters, ofPods: slices === 'pods', toHub, broken, ...(product && { product }) },
      stack,
    );
    return { set, rig, product };
  } catch (error) {
    if (product !== undefined) say(product.lastWords());
    throw error;
  }
}

interface WayToHub {
  toHub(kubeconfig: string): string;
  /** Rejects where the way breaks. */
  broken: Promise<never>;
}

/** Without a distance nobody's bytes take a detour: the link itself would make ratios look better. */
async function wayToHub({ hub }: ClusterSet, rttMs: number, stack: AsyncDisposableStack): Promise<WayToHub> {
  const { promise: broken, reject } = Promise.withResolvers<never>();
  if (rttMs === 0) return { toHub: (kubeconfig) => kubeconfig, broken };
  broken.catch(() => {});
  const link = stack.adopt(await Link.open({ server: hub.server, onFailure: reject }), (it) => it.close());
  link.rtt(rttMs);
  return { toHub: (kubeconfig) => link.through(kubeconfig), broken };
}

async function measureOn(
  rig: Rig,
  product: Product | undefined,
  options: Settings,
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
