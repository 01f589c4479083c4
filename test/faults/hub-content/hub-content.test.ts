import { describe } from 'vitest';
import { impatientClock } from '#test/driver/impatient-clock.ts';
import { HUB_CRDS, MEMBER_CRDS } from '#test/driver/install.ts';
import { useSet } from '#test/driver/use-set.ts';
import { ownCluster } from './f05-own-cluster.ts';
import { remembered } from './f05-remembered.ts';
import { restored } from './f05-restored.ts';
import { anotherHub } from './f06-another-hub.ts';
import { notServed } from './f07-not-served.ts';
import { withheld } from './f08-withheld.ts';
import { moved } from './f37-moved.ts';

describe('whatever becomes of the hub, nothing is removed that is still exported', () => {
  const set = useSet({
    members: ['zzzc', 'shbt'],
    clusters: { audit: true },
    // It can be another hub.
    each: { shbt: { crds: [MEMBER_CRDS, HUB_CRDS] } },
    namespaces: [
      'plain',
      'bumped',
      'remembered',
      'own-cluster',
      'unserved',
      'withheld',
      'moved',
      'exchanged',
    ],
    clock: impatientClock(),
  });
  restored(set, 'plain');
  restored(set, 'bumped');
  remembered(set);
  ownCluster(set);
  notServed(set);
  withheld(set);
  moved(set);
  describe('another hub under the known URL', () => anotherHub(set));
});
