import { match } from 'node:assert/strict';
import { PEER } from '../driver/backends.ts';
import { clusterName, podName, setName } from '../driver/names.ts';
import { HTTP } from '../driver/workload.ts';
import { kep } from '../kep.ts';
import type { Chapter } from '../spec.ts';

export const dns: Chapter = {
  title: 'DNS',
  specs: [
    {
      id: 'dns.clusterset-ip',
      says: 'The name of a service with a ClusterSet IP is answered with that address, A for IPv4 and AAAA for IPv6.',
      kep: kep.dnsClusterSetIp('the following records must exist'),
      level: 'optional',
      async run({ east, everywhere, namespace }) {
        await east.service('web');
        await east.exports('web');
        await everywhere(async ({ sees, network }) =>
          network.resolves(setName('web', namespace), await sees.addressesOf('web')),
        );
      },
    },
    {
      id: 'dns.reach-by-name',
      says: 'Requests to the name of a service reach its pods in all clusters.',
      kep: kep.dns('spread across all endpoints exported'),
      level: 'optional',
      async run({ east, west, everywhere, namespace }) {
        const backends = [...(await east.serves('web')), ...(await west.serves('web'))];
        await east.exports('web');
        await west.exports('web');
        await everywhere(({ network }) => network.reaches(setName('web', namespace), backends));
      },
    },
    {
      id: 'dns.srv-clusterset-ip',
      says: 'Each named port of a service with a ClusterSet IP has an SRV record with the service’s port and name.',
      kep: kep.dnsClusterSetIpSrv('For each port in an exported Service'),
      level: 'optional',
      async run({ east, everywhere, namespace }) {
        await east.service('web', { ports: [HTTP, { name: 'dns', port: 53, protocol: 'UDP' }] });
        await east.exports('web');
        const name = setName('web', namespace);
        await everywhere(async ({ network }) => {
          await network.hasServices(`_http._tcp.${name}`, [`${name}:80`]);
          await network.hasServices(`_dns._udp.${name}`, [`${name}:53`]);
        });
      },
    },
    {
      id: 'dns.srv-headless',
      says: 'Each named port of a headless service has an SRV record for each ready pod of each cluster, by the pod’s name.',
      kep: kep.dnsHeadlessSrv('For each combination of'),
      level: 'optional',
      async run({ east, west, everywhere, namespace }) {
        await east.runsSet('db', 2);
        await west.runsSet('db', 1);
        await east.exports('db');
        await west.exports('db');
        const pods = [
          ['db-0', east.id],
          ['db-1', east.id],
          ['db-0', west.id],
        ] as const;
        const targets = pods.map(([pod, id]) => `${podName(pod, id, 'db', namespace)}:${PEER.port}`);
        await everywhere(({ network }) =>
          network.hasServices(`_peer._tcp.${setName('db', namespace)}`, targets),
        );
      },
    },
    {
      id: 'dns.no-cluster-name',
      says: 'There is no name for the part of a ClusterSetIP service that is in one cluster.',
      kep: kep.dnsClusterSetIpNever('have a record disambiguating to a single'),
      level: 'optional',
      async run({ east, all, everywhere, namespace }) {
        await east.service('web');
        await east.exports('web');
        await everywhere(async ({ sees, network }) => {
          await network.resolves(setName('web', namespace), await sees.addressesOf('web'));
          for (const { id } of all) await network.doesNotResolve(clusterName(id, 'web', namespace));
        });
      },
    },
    {
      id: 'dns.no-cluster-name-headless',
      says: 'There is no name for the pods of a headless service that are in one cluster.',
      kep: kep.dnsHeadlessNever('have a record disambiguating to a single'),
      level: 'optional',
      async run({ east, all, everywhere, namespace }) {
        const pods = await east.runsSet('db', 1);
        await east.exports('db');
        await everywhere(async ({ network }) => {
          await network.resolves(
            setName('db', namespace),
            pods.flatMap(({ addresses }) => addresses),
          );
          for (const { id } of all) await network.doesNotResolve(clusterName(id, 'db', namespace));
        });
      },
    },
    {
      id: 'dns.no-such-service',
      says: 'A service, pod or cluster that is not there is answered with NXDOMAIN.',
      kep: kep.dns('aims to align with the existing'),
      level: 'optional',
      async run({ east, west, everywhere, namespace }) {
        const pods = await east.runsSet('db', 1);
        await east.exports('db');
        await everywhere(async ({ network }) => {
          await network.resolves(
            setName('db', namespace),
            pods.flatMap(({ addresses }) => addresses),
          );
          await network.doesNotResolve(setName('no-such-service', namespace));
          await network.doesNotResolve(podName('db-7', east.id, 'db', namespace));
          await network.doesNotResolve(podName('db-0', west.id, 'db', namespace));
        });
      },
    },
    {
      id: 'dns.no-ready-pods',
      says: 'A headless service without any ready pod is answered with NXDOMAIN.',
      kep: kep.dnsHeadless('the answer should be `NXDOMAIN`'),
      level: 'optional',
      async run({ east, everywhere, namespace }) {
        const pods = await east.runsSet('db', 1);
        await east.exports('db');
        const name = setName('db', namespace);
        await everywhere(({ network }) =>
          network.resolves(
            name,
            pods.flatMap(({ addresses }) => addresses),
          ),
        );
        await east.scales('db', 0);
        await everywhere(({ network }) => network.doesNotResolve(name));
      },
    },
    {
      id: 'dns.version',
      says: 'The zone tells the version of its schema.',
      kep: kep.dnsVersion('responding with the semantic version'),
      level: 'optional',
      async run({ everywhere }) {
        await everywhere(async ({ network }) => {
          for (const version of await network.finds('dns-version.clusterset.local', 'TXT')) {
            match(version, /^\d+\.\d+\.\d+$/);
          }
        });
      },
    },
  ],
};
