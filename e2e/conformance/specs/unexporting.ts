import { equal } from 'node:assert/strict';
import { setName } from '../driver/names.ts';
import { untilGone } from '../driver/patience.ts';
import { kep } from '../kep.ts';
import type { Chapter } from '../spec.ts';

export const unexporting: Chapter = {
  title: 'Unexporting and membership',
  specs: [
    {
      id: 'unexport.one-of-two',
      says: 'When one of two exports ends, the import stays and leads to the other one only.',
      kep: kep.exporting('will stop exporting the name-mapped'),
      level: 'required',
      async run({ east, west, everywhere }) {
        const [kept, gone] = [await east.serves('web'), await west.serves('web')];
        await east.exports('web');
        await west.exports('web');
        await everywhere((member) => member.reaches('web', [...kept, ...gone]));
        await west.unexports('web');
        await everywhere((member) => member.reaches('web', kept));
        await everywhere((member) => member.sees.clustersOf('web', [east.id]));
      },
    },
    {
      id: 'unexport.last',
      says: 'When the last export ends, the import ends in every cluster, and its pods answer at its address no longer.',
      kep: kep.importing('will also be deleted from all clusters'),
      level: 'required',
      async run({ east, west, everywhere }) {
        const backends = await east.serves('web');
        await east.exports('web');
        await west.service('web');
        await west.exports('web');
        await everywhere((member) => member.reaches('web', backends));
        const addresses = new Map([
          [east, await east.sees.addressesOf('web')],
          [west, await west.sees.addressesOf('web')],
        ]);
        await Promise.all([east.unexports('web'), west.unexports('web')]);
        await everywhere((member) => member.sees.noImport('web'));
        for (const [member, ips] of addresses) {
          for (const ip of ips) await member.network.reachesNoneOf(ip, backends);
        }
      },
    },
    {
      id: 'unexport.service-stays',
      says: 'Unexporting leaves the Service of the exporting cluster as it is.',
      kep: kep.dns('no change to existing behavior'),
      level: 'required',
      async run({ east, west }) {
        const backends = await east.serves('web');
        const { spec } = await east.localService('web');
        await east.exports('web');
        await west.reaches('web', backends);
        await east.unexports('web');
        await west.sees.noImport('web');
        const after = await east.localService('web');
        equal(JSON.stringify(after.spec), JSON.stringify(spec));
        await east.network.reaches(spec?.clusterIP ?? '', backends);
      },
    },
    {
      id: 'unexport.service-deleted',
      says: 'An export whose Service is deleted counts no longer.',
      kep: kep.exporting('name-mapped to the service for export'),
      level: 'required',
      async run({ east, everywhere }) {
        await east.service('web');
        await east.exports('web');
        await everywhere((member) => member.sees.import('web'));
        await east.losesService('web');
        await everywhere((member) => member.sees.noImport('web'));
        await east.sees.condition('web', 'Valid', 'False');
      },
    },
    {
      id: 'unexport.names',
      says: 'The names of an import end with it.',
      kep: kep.dns('will cause a domain name'),
      level: 'optional',
      async run({ east, everywhere }) {
        await east.service('web');
        await east.exports('web');
        const name = setName('web', east.namespace);
        await everywhere(async (member) =>
          member.network.resolves(name, await member.sees.addressesOf('web')),
        );
        await east.unexports('web');
        await everywhere((member) => member.network.doesNotResolve(name));
      },
    },
    {
      id: 'membership.controller-restart',
      says: 'A restart of the controller changes no address, and requests are answered meanwhile.',
      kep: kep.clusterSetIp('consistent for the life of a'),
      level: 'required',
      needs: 'our clusters',
      async run({ east, west, operator }) {
        const backends = await east.serves('web');
        await east.exports('web');
        await west.reaches('web', backends);
        const [ip = ''] = await west.sees.addressesOf('web');
        const [answers] = await Promise.all([west.network.asks(ip, 200), operator.restartsAgent(west.id)]);
        equal(answers.length, 200);
        equal(answers.filter((answer) => answer !== backends[0]?.answer).length, 0);
        equal((await west.sees.addressesOf('web'))[0], ip);
      },
    },
    {
      id: 'membership.stale-endpoints',
      says: 'Endpoints of a cluster that can no longer be reached are removed after a while.',
      kep: kep.endpointTtl('monitor and remove stale endpoints'),
      level: 'optional',
      needs: 'our clusters',
      last: true,
      async run({ east, west, operator }) {
        const [kept, gone] = [await east.serves('web'), await west.serves('web')];
        await east.exports('web');
        await west.exports('web');
        await east.reaches('web', [...kept, ...gone]);
        await operator.losesAgent(west.id);
        await untilGone('endpoints of a member whose agent is dead', () => east.reaches('web', kept));
        await operator.findsAgent(west.id);
        await untilGone('their absence, when it is back', () => east.reaches('web', [...kept, ...gone]));
      },
    },
    {
      id: 'membership.leave',
      says: 'A cluster that has left the set exports nothing any more.',
      kep: kep.terminology('defining and tracking membership'),
      level: 'required',
      needs: 'our clusters',
      last: true,
      async run({ east, west, operator }) {
        const [kept, gone] = [await east.serves('web'), await west.serves('web')];
        await west.service('admin');
        for (const name of ['web', 'admin']) await west.exports(name);
        await east.exports('web');
        await east.reaches('web', [...kept, ...gone]);
        await east.sees.import('admin');
        await operator.removesMember(west.id);
        await east.reaches('web', kept);
        await east.sees.noImport('admin');
      },
    },
  ],
};
