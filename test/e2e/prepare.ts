import { Progress } from '#test/clusters/progress.ts';
import { prepareClusters } from '#test/clusters/start.ts';

/** Builds what clusters with real nodes need before the first test, whose own deadline must not pay for it. */
export async function setup(): Promise<void> {
  await prepareClusters(new Progress({ quietMs: 2_000 }), { nodes: true });
}
