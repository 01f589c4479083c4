import { Progress } from '#test/clusters/progress.ts';
import { prepareClusters } from '#test/clusters/start.ts';

/** Builds what the clusters of a test run need before the first test, whose own deadline must not pay for it. */
export async function setup(): Promise<void> {
  await prepareClusters(new Progress({ quietMs: 2_000 }));
}
