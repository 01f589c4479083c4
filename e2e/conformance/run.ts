import PQueue from 'p-queue';
import type { Need, Spec, TriedSpec } from './spec.ts';
import type { Suite } from './suite.ts';

/** What became of one spec. */
export type Outcome =
  | { id: string; state: 'passed'; ms: number }
  | { id: string; state: 'failed'; ms: number; why: string }
  | { id: string; state: 'skipped'; why: string };

/** Few enough that two cores start the pods of all of them in time. */
const AT_ONCE = 6;

/** Tries all specs, several at a time, those that leave another set behind at the end; gives their outcomes in order. */
export async function runAll(
  specs: readonly Spec[],
  suite: Suite,
  onOutcome: (outcome: Outcome) => void,
): Promise<Outcome[]> {
  const outcomes = new Map<string, Outcome>();
  const queue = new PQueue({ concurrency: AT_ONCE });
  const tell = (outcome: Outcome) => {
    outcomes.set(outcome.id, outcome);
    onOutcome(outcome);
  };
  const tried: TriedSpec[] = [];
  for (const spec of specs) {
    const why = 'open' in spec ? spec.open : missing(spec.needs, suite);
    if (why !== undefined) tell({ id: spec.id, state: 'skipped', why });
    else if ('run' in spec) tried.push(spec);
  }
  await queue.addAll(
    tried.filter(({ last }) => !last).map((spec) => async () => tell(await tryOne(spec, suite))),
  );
  for (const spec of tried.filter(({ last }) => last)) tell(await tryOne(spec, suite));
  return specs.flatMap(({ id }) => outcomes.get(id) ?? []);
}

async function tryOne(spec: TriedSpec, suite: Suite): Promise<Outcome> {
  const { id } = spec;
  const began = performance.now();
  try {
    const stage = await suite.open(id);
    // What a failed spec leaves is what its failure can be understood from.
    await spec.run(stage);
    await suite.close(id);
    return { id, state: 'passed', ms: performance.now() - began };
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return { id, state: 'failed', ms: performance.now() - began, why };
  }
}

/** Why a spec cannot be tried on these clusters. */
function missing(need: Need | undefined, suite: Suite): string | undefined {
  switch (need) {
    case undefined:
      return undefined;
    case 'two families':
      return suite.families.length > 1 ? undefined : 'the clusters have one IP family';
    case 'our clusters':
      return suite.hasOperator ? undefined : 'the clusters were not started by the suite';
  }
}
