import { describe, expect, it } from 'vitest';
import type { Stack } from '#test/clusters/addresses.ts';
import { until } from '#test/clusters/machine/until.ts';
import { skipWithout, useClusters } from '#test/clusters/use-clusters.ts';
import { MEMBER_CRDS } from '#test/driver/install.ts';
import { ask } from '#test/resolver/resolve.ts';
import { PORT } from './objects.ts';
import { serviceAddresses, shell, startNamingPod, whoAnswers } from './pods.ts';

const FAMILIES: Readonly<Record<Exclude<Stack, 'ipv4'>, RegExp[]>> = {
  ipv6: [/:/],
  dual: [/^198\.18\./, /:/],
};

describe.each(['dual', 'ipv6'] as const)('two clusters with the stack %s', (stack) => {
  const clusters = useClusters({
    hub: { name: 'hub', stack },
    members: ['zzzc', 'shbt'].map((name) => ({ name, stack, node: true, crds: [MEMBER_CRDS] })),
  });

  it('give pods an address of every family, under which the other cluster reaches them', async (context) => {
    const [zzzc, shbt] = [clusters.member('zzzc'), clusters.member('shbt')];
    skipWithout(context, zzzc, 'nodes');
    await Promise.all([zzzc, shbt].map(({ node }) => node.loadToolbox([])));
    await startNamingPod(zzzc, 'asker');
    const from = { cluster: zzzc, pod: 'asker' };
    const addresses = await startNamingPod(shbt, 'far');
    expect(addresses).toEqual(FAMILIES[stack].map((family) => expect.stringMatching(family)));
    for (const address of addresses) expect(await whoAnswers(from, address, PORT)).toBe('far');

    await startNamingPod(zzzc, 'served');
    const services = await serviceAddresses(zzzc, 'served');
    expect(services).toEqual(FAMILIES[stack].map((family) => expect.stringMatching(family)));
    for (const address of services) {
      await until(
        'kube-proxy knows the Service',
        async () => (await whoAnswers(from, address, 80)) === 'served',
      );
    }
  });

  it('answer names under every address of kube-dns, over UDP and TCP', async (context) => {
    const zzzc = clusters.member('zzzc');
    skipWithout(context, zzzc, 'nodes');
    const type = stack === 'ipv6' ? 'AAAA' : 'A';
    for (const protocol of ['udp', 'tcp'] as const) {
      const { answers } = await ask({
        ...zzzc.dns,
        name: 'kubernetes.default.svc.cluster.local',
        type,
        protocol,
      });
      expect(answers).toEqual(await serviceAddresses(zzzc, 'kubernetes'));
    }
    const { stdout } = await shell(zzzc, 'asker', 'cat /etc/resolv.conf');
    expect(stdout.match(/^nameserver/gm)).toHaveLength(FAMILIES[stack].length);
  });
});
