import type { KubeObject } from '#apis/meta.ts';
import type { Informer } from '#src/cache/contract.ts';
import type { Watch } from '#src/runtime/controller.ts';
import type { HubView } from './hub-view.ts';

/** The part of an informer that a controller's watch needs. */
export type Watched<T extends KubeObject, V extends KubeObject = T> = Pick<
  Informer<T, V>,
  'addListener' | 'resource'
>;

/** Enqueues these keys whenever everything is to be looked at again; in the backlog, behind live changes. */
export function watchTurns(hub: Pick<HubView, 'onTurn'>, keys: () => Iterable<string>): Watch {
  return {
    resource: 'turns',
    attach(enqueue) {
      hub.onTurn(() => {
        for (const key of keys()) enqueue(key, 'backlog');
      });
    },
  };
}
