import type { KubeObject } from '#apis/meta.ts';
import type { Informer } from './contract.ts';

/**
 * Lets the informers of one API server end an outage together: as soon as one of them is answered again, the
 * others need not sit out waits that have grown to a minute.
 */
export function wakeTogether(
  informers: readonly Pick<Informer<KubeObject>, 'onHealthChange' | 'wake'>[],
): void {
  for (const informer of informers) {
    informer.onHealthChange(({ state }) => {
      if (state !== 'live') return;
      // Not itself: a watch that opens and fails at once would have its own waits forgiven each time.
      for (const other of informers) if (other !== informer) other.wake();
    });
  }
}
