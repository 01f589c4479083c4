import { Progress } from '#test/clusters/progress.ts';
import { helms } from './driver/helm.ts';

/** Builds and fetches the Helms before the first test, whose own deadline must not pay for it. */
export async function setup(): Promise<void> {
  await helms(new Progress({ quietMs: 2_000 }));
}
