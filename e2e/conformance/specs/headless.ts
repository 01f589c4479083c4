import { PEER } from '../driver/backends.ts';
import { podName, setName } from '../driver/names.ts';
import { kep } from '../kep.ts';
import type { Chapter } from '../spec.ts';

export const headless: Chapter = {
  title: 'Headless services and single pods',
  specs: [
    {
      id: 'headless.pods-by-name',
      says: 'Each pod of a StatefulSet is reached by its own name from every cluster, over TCP and UDP, and it is the right one.',
      kep: kep.dns('may be addressed individually using the'),
      level: 'optional',
      async run({ east, west, everywhere, namespace }) {
        const ports = [PEER, { ...PEER, name: 'gossip', protocol: 'UDP' }];
        const [easts, wests] = [
          await east.runsSet('db', 2, { ports }),
          await west.runsSet('db', 1, { ports }),
        ];
        await east.exports('db');
        await west.exports('db');
        await everywhere(async ({ network }) => {
          for (const [{ id }, pods] of [
            [east, easts],
            [west, wests],
          ] as const) {
            for (const pod of pods) {
              const host = podName(pod.name, id, 'db', namespace);
              await network.resolves(host, pod.addresses);
              await network.reaches(host, [pod], { port: PEER.port });
              await network.reaches(host, [pod], { port: PEER.port, protocol: 'UDP' });
            }
          }
        });
      },
    },
    {
      id: 'headless.all-pods',
      says: 'The name of a headless service is answered with the addresses of its ready pods in all clusters.',
      kep: kep.dnsHeadless('for a subset of'),
      level: 'optional',
      async run({ east, west, everywhere, namespace }) {
        const pods = [...(await east.runsSet('db', 2)), ...(await west.runsSet('db', 2))];
        await east.exports('db');
        await west.exports('db');
        const addresses = pods.flatMap((pod) => pod.addresses);
        await everywhere(({ network }) => network.resolves(setName('db', namespace), addresses));
      },
    },
    {
      id: 'headless.replaced-pod',
      says: 'A pod that comes back, with another address as a rule, is reached by the same name.',
      kep: kep.dnsHeadless('for each _ready_ endpoint'),
      level: 'optional',
      async run({ east, everywhere, namespace }) {
        const [before] = await east.runsSet('db', 1);
        if (before === undefined) throw new Error('unreachable: one pod was started');
        await east.exports('db');
        const host = podName(before.name, east.id, 'db', namespace);
        await everywhere(({ network }) => network.resolves(host, before.addresses));
        const after = await east.replaces(before);
        await everywhere(async ({ network }) => {
          await network.resolves(host, after.addresses);
          await network.reaches(host, [after], { port: PEER.port });
        });
      },
    },
    {
      id: 'headless.hostname',
      says: 'A pod’s name is its hostname where that is another one than the name of the pod.',
      kep: kep.dnsHeadless('with hostname of'),
      level: 'optional',
      async run({ east, everywhere, namespace }) {
        const pods = await east.runsNamed('db', 'primary');
        await east.exports('db');
        const host = podName('primary', east.id, 'db', namespace);
        await everywhere(async ({ network }) => {
          await network.resolves(
            host,
            pods.flatMap(({ addresses }) => addresses),
          );
          await network.reaches(host, pods, { port: PEER.port });
        });
      },
    },
    {
      id: 'headless.ready-only',
      says: 'A pod that is not Ready has no records.',
      kep: kep.dns('each containing the address of a ready endpoint'),
      level: 'optional',
      async run({ east, everywhere, namespace }) {
        const ready = await east.runsSet('db', 1);
        const [unready] = await east.runsUnready('db');
        await east.exports('db');
        await everywhere(async ({ network }) => {
          await network.resolves(
            setName('db', namespace),
            ready.flatMap(({ addresses }) => addresses),
          );
          await network.doesNotResolve(podName(unready?.name ?? '', east.id, 'db', namespace));
        });
      },
    },
    {
      id: 'headless.publish-not-ready',
      says: 'Pods of a Service that publishes addresses before they are Ready have their records, in every cluster.',
      kep: kep.dns('conform to in-cluster Service DNS behavior'),
      level: 'optional',
      async run({ east, everywhere, namespace }) {
        await east.service('db', { clusterIP: 'None', ports: [PEER], publishNotReadyAddresses: true });
        const [pod] = await east.runsUnready('db');
        await east.exports('db');
        const host = podName(pod?.name ?? '', east.id, 'db', namespace);
        await everywhere(({ network }) => network.resolves(host, pod?.addresses ?? []));
      },
    },
  ],
};
