import { afterAll, beforeAll, describe } from 'vitest';
import { JumpingClock } from '#test/clock/jumping-clock.ts';
import { impatientClock } from '#test/driver/impatient-clock.ts';
import { type ProxiedWay, proxiedToHub } from '#test/driver/proxied.ts';
import { useSet } from '#test/driver/use-set.ts';
import { halfOpen } from './f12-half-open.ts';
import { brokenStreams } from './f14-broken.ts';
import { refusedWatches } from './f15-refused.ts';
import { brokenLists } from './f16-lists.ts';

describe('streams and lists of the hub that fail', () => {
  const clock = new JumpingClock(impatientClock());
  const set = useSet({ members: ['zzzc', 'shbt'], clusters: { audit: true }, agents: false });
  let way: ProxiedWay;
  beforeAll(async () => {
    set().startHub();
    set().startAgent('zzzc');
    way = await proxiedToHub(set(), 'shbt');
    set().startAgent('shbt', { hubKubeconfig: way.kubeconfig }, clock);
  });
  afterAll(() => way?.proxy.close());

  halfOpen(set, () => way.proxy, clock);
  brokenStreams(set, () => way.proxy);
  brokenLists(set, () => way.proxy);
  refusedWatches(set, () => way);
});
