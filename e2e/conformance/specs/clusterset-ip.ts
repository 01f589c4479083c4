import { deepEqual, equal } from 'node:assert/strict';
import { familyOf } from '../driver/families.ts';
import { BACKEND_PORT_NAME, DATAGRAMS, HTTP } from '../driver/workload.ts';
import { kep } from '../kep.ts';
import type { Chapter } from '../spec.ts';

export const clusterSetIp: Chapter = {
  title: 'ClusterSet IP',
  specs: [
    {
      id: 'vip.one-per-family',
      says: 'An import has one address for each of its IP families, in their order, no family twice.',
      kep: kep.clusterSetIp('must correspond to the protocols defined'),
      level: 'required',
      async run({ east, everywhere, families }) {
        await east.service('web');
        await east.exports('web');
        await everywhere((member) =>
          member.sees.import('web', ({ spec: { ips = [], ipFamilies = [] } }) => {
            deepEqual(ips.map(familyOf), ipFamilies);
            deepEqual([...ipFamilies].sort(), [...families].sort());
          }),
        );
      },
    },
    {
      id: 'vip.families-of-all',
      says: 'Where exporters have one family in common, the import has that one, and it leads to the pods of all.',
      kep: kep.exporting('reaching only a subset of the backends'),
      level: 'required',
      needs: 'two families',
      async run({ east, west, everywhere }) {
        const older = await west.serves('web');
        const younger = await east.serves('web', { ipFamilyPolicy: 'SingleStack', ipFamilies: ['IPv6'] });
        await west.exports('web');
        await everywhere((member) => member.reaches('web', older));
        await east.exports('web');
        await everywhere(async (member) => {
          await member.sees.import('web', ({ spec: { ips = [] } }) => deepEqual(ips.map(familyOf), ['IPv6']));
          await member.reaches('web', [...older, ...younger]);
        });
      },
    },
    {
      id: 'vip.all-backends',
      says: 'Requests to the address reach every pod of every exporting cluster, from every cluster.',
      kep: kep.clusterSetIp('will route to backends for the aggregated'),
      level: 'required',
      async run({ east, west, everywhere }) {
        const backends = [...(await east.serves('web', {}, 2)), ...(await west.serves('web', {}, 2))];
        await east.exports('web');
        await west.exports('web');
        await everywhere((member) => member.reaches('web', backends));
      },
    },
    {
      id: 'vip.udp',
      says: 'UDP reaches the same pods as TCP, on a port of the same number.',
      kep: kep.clusterSetIp('will route to backends for the aggregated'),
      level: 'required',
      async run({ east, west, everywhere }) {
        const ports = [HTTP, DATAGRAMS];
        const backends = [...(await east.serves('web', { ports })), ...(await west.serves('web', { ports }))];
        await east.exports('web');
        await west.exports('web');
        await everywhere((member) => member.reaches('web', backends, { protocol: 'UDP' }));
        await everywhere((member) => member.reaches('web', backends, { protocol: 'TCP' }));
      },
    },
    {
      id: 'vip.ports',
      says: 'The import has the ports of the Service: name, protocol, application protocol and number.',
      kep: kep.servicePort('at the ports dictated by child services'),
      level: 'required',
      async run({ east, everywhere }) {
        const ports = [
          { name: 'http', port: 80, protocol: 'TCP', appProtocol: 'kubernetes.io/h2c' },
          { name: 'dns', port: 53, protocol: 'UDP' },
        ];
        await east.service('web', { ports });
        await east.exports('web');
        await everywhere((member) =>
          member.sees.import('web', ({ spec }) =>
            deepEqual(
              [...spec.ports].sort((a, b) => b.port - a.port),
              ports,
            ),
          ),
        );
      },
    },
    {
      id: 'vip.target-ports',
      says: 'A port leads to whatever each cluster’s own Service maps it to.',
      kep: kep.servicePort('at the ports dictated by child services'),
      level: 'required',
      async run({ east, west, everywhere }) {
        const named = { ...HTTP, targetPort: BACKEND_PORT_NAME };
        const backends = [...(await east.serves('web')), ...(await west.serves('web', { ports: [named] }))];
        await east.exports('web');
        await west.exports('web');
        await everywhere((member) => member.reaches('web', backends));
      },
    },
    {
      id: 'vip.stable',
      says: 'The address stays while exporters, ports and endpoints come and go.',
      kep: kep.clusterSetIp('consistent for the life of a'),
      level: 'required',
      async run({ east, west }) {
        await east.service('web');
        await east.exports('web');
        const before = await west.sees.addressesOf('web');
        const [backends, more] = [await west.serves('web'), { ...HTTP, name: 'more', port: 81 }];
        await west.exports('web');
        await west.reaches('web', backends);
        await west.loses(backends);
        await east.changes('web', { ports: [HTTP, more] });
        await west.changes('web', { ports: [HTTP, more] });
        await west.sees.import('web', ({ spec }) => equal(spec.ports.length, 2));
        await east.unexports('web');
        await west.sees.clustersOf('web', [west.id]);
        deepEqual(await west.sees.addressesOf('web'), before);
      },
    },
    {
      id: 'vip.follows-endpoints',
      says: 'Requests go to ready pods only: one that is not Ready gets none, one that ends gets none any more.',
      kep: kep.userStory('in case of failure or removal'),
      level: 'required',
      async run({ east, west, everywhere }) {
        const [[first, second], others] = [await east.serves('web', {}, 2), await west.serves('web')];
        if (first === undefined || second === undefined)
          throw new Error('unreachable: two pods were started');
        await east.runsUnready('web');
        await east.exports('web');
        await west.exports('web');
        await everywhere((member) => member.reaches('web', [first, second, ...others]));
        await east.loses([first]);
        await everywhere((member) => member.reaches('web', [second, ...others]));
        await east.loses([second]);
        await everywhere((member) => member.reaches('web', others));
      },
    },
    {
      id: 'vip.session-affinity',
      says: 'With session affinity a client stays with one pod, whichever cluster that is in.',
      kep: kep.sessionAffinity('affects a service as a whole'),
      level: 'required',
      async run({ east, west, everywhere }) {
        const spec = { sessionAffinity: 'ClientIP' };
        const backends = [...(await east.serves('web', spec, 2)), ...(await west.serves('web', spec, 2))];
        await east.exports('web');
        await west.exports('web');
        await everywhere(async ({ sees, network }) => {
          await sees.slices('web', (slices) => {
            const shown = new Set(
              slices.flatMap(({ endpoints }) => endpoints ?? []).flatMap(({ addresses }) => addresses),
            );
            for (const { addresses } of backends)
              for (const one of addresses) equal(shown.has(one), true, one);
          });
          for (const ip of await sees.addressesOf('web')) await network.staysWithOne(ip, backends);
        });
      },
    },
    {
      id: 'vip.same-zone',
      says: 'Where traffic is to stay in its zone, pods of that zone are asked and no others.',
      kep: kep.constraints('PreferSameZone across clusters sharing the same zone'),
      level: 'optional',
      needs: 'our clusters',
      async run({ east, west }) {
        const spec = { trafficDistribution: 'PreferClose' };
        const [easts, wests] = [await east.serves('web', spec), await west.serves('web', spec)];
        await east.exports('web');
        await west.exports('web');
        await east.sees.clustersOf('web', [east.id, west.id]);
        await east.reaches('web', easts);
        await west.reaches('web', wests);
      },
    },
  ],
};
