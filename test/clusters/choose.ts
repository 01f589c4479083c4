import { GoProvider } from './go.ts';
import type { ClusterProvider } from './provider.ts';

export async function chooseProvider(): Promise<ClusterProvider> {
  return new GoProvider();
}
