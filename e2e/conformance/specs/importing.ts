import { deepEqual, equal, partialDeepStrictEqual as partialDeepEqual } from 'node:assert/strict';
import { localName, setName } from '../driver/names.ts';
import { writesToImports } from '../driver/rights.ts';
import { HTTP } from '../driver/workload.ts';
import { kep } from '../kep.ts';
import type { Chapter } from '../spec.ts';

export const importing: Chapter = {
  title: 'Importing',
  specs: [
    {
      id: 'import.everywhere',
      says: 'Every cluster that has the namespace imports the service, the exporting one too.',
      kep: kep.importing('all exporting clusters will also import'),
      level: 'required',
      async run({ west, everywhere }) {
        await west.service('web');
        await west.exports('web');
        await everywhere((member) => member.sees.import('web'));
      },
    },
    {
      id: 'import.where-namespace-exists',
      says: 'A cluster imports once it has the namespace, and not before.',
      kep: kep.importing('clusters in which the service'),
      level: 'required',
      async run({ east, west }) {
        const [here, there] = [east.in('late'), west.in('late')];
        await here.createsNamespace();
        await here.service('web');
        await here.exports('web');
        await here.sees.import('web');
        equal(await there.sees.hasImport('web'), false);
        await there.createsNamespace();
        await there.sees.import('web');
      },
    },
    {
      id: 'import.local-only',
      says: 'A service with endpoints in one cluster only is reached there by the same import.',
      kep: kep.importing('is running entirely in this cluster'),
      level: 'required',
      async run({ east }) {
        const backends = await east.serves('web');
        await east.exports('web');
        await east.reaches('web', backends);
      },
    },
    {
      id: 'import.remote-only',
      says: 'A service that runs in other clusters only is reached from a cluster that has no such Service.',
      kep: kep.importing('is running entirely in different cluster'),
      level: 'required',
      async run({ east, west }) {
        const backends = await east.serves('web', {}, 2);
        await east.exports('web');
        await west.reaches('web', backends);
        equal(await west.hasService('web'), false);
      },
    },
    {
      id: 'import.clusters',
      says: 'The import lists the clusters that its endpoints come from.',
      kep: kep.importing('configuration mapped to a specific source cluster'),
      level: 'required',
      async run({ east, west, everywhere }) {
        await east.service('web');
        await east.exports('web');
        await everywhere((member) => member.sees.clustersOf('web', [east.id]));
        await west.service('web');
        await west.exports('web');
        await everywhere((member) => member.sees.clustersOf('web', [east.id, west.id]));
      },
    },
    {
      id: 'import.properties',
      says: 'The import has what the Service says of session affinity, internal traffic and traffic distribution.',
      kep: kep.exporting('will continue to be stored in the'),
      level: 'required',
      async run({ east, everywhere }) {
        const properties = {
          sessionAffinity: 'ClientIP',
          sessionAffinityConfig: { clientIP: { timeoutSeconds: 77 } },
          internalTrafficPolicy: 'Local',
          trafficDistribution: 'PreferClose',
        };
        await east.service('web', properties);
        await east.exports('web');
        await everywhere((member) =>
          member.sees.import('web', ({ spec }) => partialDeepEqual(spec, properties)),
        );
      },
    },
    {
      id: 'import.status',
      says: 'The import says by a condition that it can be used.',
      kep: kep.importing('should be reported via its status conditions'),
      level: 'optional',
      async run({ east, everywhere }) {
        await east.service('web');
        await east.exports('web');
        await everywhere((member) =>
          member.sees.import('web', ({ status }) => {
            const ready = status?.conditions?.find(({ type }) => type === 'Ready');
            equal(ready?.status, 'True');
            equal(ready?.reason, 'Ready');
          }),
        );
      },
    },
    {
      id: 'import.users-cannot-write',
      says: 'The roles that Kubernetes has for users of a namespace let nobody write imports.',
      kep: kep.importing('should not be allowed to create or modify'),
      level: 'required',
      async run({ everywhere }) {
        await everywhere(async ({ id, cluster, namespace }) => {
          for (const role of ['admin', 'edit'] as const) {
            const verbs = await writesToImports(cluster, namespace, role, [
              'create',
              'update',
              'patch',
              'delete',
            ]);
            deepEqual(verbs, [], `${role} in ${id}`);
          }
        });
      },
    },
    {
      id: 'import.local-service-untouched',
      says: 'A local Service of the same name goes on leading to the pods of its own cluster only.',
      kep: kep.testPlan('local service not impacted by'),
      level: 'required',
      async run({ east, west, everywhere }) {
        const [easts, wests] = [await east.serves('web'), await west.serves('web')];
        await east.exports('web');
        await west.exports('web');
        await everywhere((member) => member.reaches('web', [...easts, ...wests]));
        for (const [member, own] of [
          [east, easts],
          [west, wests],
        ] as const) {
          const { spec } = await member.localService('web');
          await member.network.reaches(spec?.clusterIP ?? '', own);
        }
      },
    },
    {
      id: 'import.opt-in',
      says: 'Names of the cluster’s own zone are what they were: only clusterset names leave the cluster.',
      kep: kep.dns('opt-in to multi-cluster behavior'),
      level: 'required',
      async run({ east, west }) {
        const backends = await east.serves('web');
        await east.exports('web');
        await west.network.reaches(setName('web', west.namespace), backends, { port: HTTP.port });
        await west.network.doesNotResolve(localName('web', west.namespace));
        const { spec } = await east.localService('web');
        await east.network.resolves(localName('web', east.namespace), spec?.clusterIPs ?? []);
      },
    },
  ],
};
