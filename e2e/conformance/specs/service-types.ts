import { deepEqual, equal, ok } from 'node:assert/strict';
import { kep } from '../kep.ts';
import type { Chapter } from '../spec.ts';
import type { Stage } from '../stage.ts';

export const serviceTypes: Chapter = {
  title: 'Service types',
  specs: [
    {
      id: 'type.cluster-ip',
      says: 'A Service with a ClusterIP is imported as ClusterSetIP.',
      kep: kep.serviceTypes('of type `ClusterSetIP`'),
      level: 'required',
      async run({ east, everywhere }) {
        await east.service('web');
        await east.exports('web');
        await everywhere((member) =>
          member.sees.import('web', ({ spec }) => equal(spec.type, 'ClusterSetIP')),
        );
      },
    },
    {
      id: 'type.headless',
      says: 'A headless Service is imported as Headless, without an address.',
      kep: kep.serviceTypes('do not configure a VIP'),
      level: 'required',
      async run({ east, everywhere, settled }) {
        await east.service('db', { clusterIP: 'None' });
        await east.exports('db');
        await settled(east);
        await everywhere((member) =>
          member.sees.import('db', ({ spec }) => {
            equal(spec.type, 'Headless');
            deepEqual(spec.ips ?? [], []);
          }),
        );
      },
    },
    ...(['NodePort', 'LoadBalancer'] as const).map((type) => ({
      id: type === 'NodePort' ? 'type.node-port' : 'type.load-balancer',
      says: `A Service of type ${type} is imported as ClusterSetIP, and stays what it is in its own cluster.`,
      kep: kep.serviceTypes('still be a clusterset IP type'),
      level: 'required' as const,
      async run({ east, everywhere }: Stage) {
        const backends = await east.serves('web', { type });
        await east.exports('web');
        await everywhere((member) => member.reaches('web', backends));
        const { spec } = await east.localService('web');
        equal(spec?.type, type);
        ok(spec?.ports?.[0]?.nodePort);
      },
    })),
    {
      id: 'type.external-name',
      says: 'An export of an ExternalName Service is refused: Valid is False for InvalidServiceType.',
      kep: kep.serviceTypes('with reason `InvalidServiceType`'),
      level: 'required',
      async run({ east, all, settled }) {
        await east.service('web', { type: 'ExternalName', externalName: 'example.org', ports: [] });
        await east.exports('web');
        await east.sees.condition('web', 'Valid', 'False', 'InvalidServiceType');
        await settled(east);
        for (const member of all) equal(await member.sees.hasImport('web'), false, member.id);
      },
    },
  ],
};
