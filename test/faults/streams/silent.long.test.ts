import { afterAll, beforeAll, describe } from 'vitest';
import { type ProxiedWay, proxiedAtHome, proxiedToHub } from '#test/driver/proxied.ts';
import { useSet } from '#test/driver/use-set.ts';
import { silentFor } from './f13-silence.ts';

/** In real time: what a server, a proxy or a library does to a quiet connection knows no clock of ours. */
describe('streams that carry nothing for minutes', () => {
  const set = useSet({ members: ['zzzc', 'shbt'], clusters: { audit: true }, agents: false });
  const ways: ProxiedWay[] = [];
  beforeAll(async () => {
    set().startHub();
    set().startAgent('zzzc');
    const [hub, home] = [await proxiedToHub(set(), 'shbt'), await proxiedAtHome(set(), 'shbt')];
    ways.push(hub, home);
    set().startAgent('shbt', { hubKubeconfig: hub.kubeconfig, kubeconfig: home.kubeconfig });
  });
  afterAll(() => Promise.all(ways.map(({ proxy }) => proxy.close())));

  silentFor(set, () => ways.map(({ proxy }) => proxy));
});
