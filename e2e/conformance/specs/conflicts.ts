import { deepEqual, equal } from 'node:assert/strict';
import { HTTP } from '../driver/workload.ts';
import { kep } from '../kep.ts';
import type { Chapter } from '../spec.ts';
import { disagreement } from './conflict.ts';

export const conflicts: Chapter = {
  title: 'Constraints and conflicts',
  specs: [
    {
      id: 'conflict.none',
      says: 'Exporters that agree have no conflict.',
      kep: kep.globalProperties('have conflicting values that can'),
      level: 'required',
      async run({ east, west, everywhere }) {
        for (const member of [east, west]) {
          await member.service('web');
          await member.exports('web');
        }
        await everywhere((member) => member.sees.clustersOf('web', [east.id, west.id]));
        for (const member of [east, west]) await member.sees.condition('web', 'Conflict', 'False');
      },
    },
    {
      id: 'conflict.oldest-not-first-seen',
      says: 'The oldest export wins by its own age, even if it becomes valid after a younger one.',
      kep: kep.globalProperties('from oldest to newest'),
      level: 'required',
      async run({ east, west, everywhere }) {
        await west.exportsFirst('web');
        await east.service('web', { sessionAffinity: 'None' });
        await east.exports('web');
        await everywhere((member) =>
          member.sees.import('web', ({ spec }) => equal(spec.sessionAffinity, 'None')),
        );
        await west.service('web', { sessionAffinity: 'ClientIP' });
        await everywhere((member) =>
          member.sees.import('web', ({ spec }) => equal(spec.sessionAffinity, 'ClientIP')),
        );
        for (const member of [east, west]) await member.sees.condition('web', 'Conflict', 'True');
      },
    },
    disagreement({
      id: 'conflict.headlessness',
      says: 'Whether a service is headless is what the oldest export says.',
      kep: kep.headlessness('decided according to the conflict resolution'),
      reason: 'TypeConflict',
      older: {},
      younger: { service: { clusterIP: 'None' } },
      shows: ({ spec }) => spec.type,
      wins: 'ClusterSetIP',
    }),
    disagreement({
      id: 'conflict.headlessness-reversed',
      says: 'An older headless export keeps a service headless.',
      kep: kep.headlessness('decided according to the conflict resolution'),
      reason: 'TypeConflict',
      older: { service: { clusterIP: 'None' } },
      younger: {},
      shows: ({ spec }) => [spec.type, spec.ips ?? []],
      wins: ['Headless', []],
    }),
    disagreement({
      id: 'conflict.session-affinity',
      says: 'Session affinity is that of the oldest export.',
      kep: kep.sessionAffinity('affects a service as a whole'),
      reason: 'SessionAffinityConflict',
      older: { service: { sessionAffinity: 'ClientIP' } },
      younger: { service: { sessionAffinity: 'None' } },
      shows: ({ spec }) => spec.sessionAffinity,
      wins: 'ClientIP',
    }),
    disagreement({
      id: 'conflict.session-affinity-config',
      says: 'The time that session affinity lasts is that of the oldest export.',
      kep: kep.sessionAffinity('affects a service as a whole'),
      reason: 'SessionAffinityConfigConflict',
      older: { service: affinity(60) },
      younger: { service: affinity(600) },
      shows: ({ spec }) => spec.sessionAffinityConfig,
      wins: affinity(60).sessionAffinityConfig,
    }),
    disagreement({
      id: 'conflict.internal-traffic-policy',
      says: 'The internal traffic policy is that of the oldest export.',
      kep: kep.internalTrafficPolicy('affects a service as a whole'),
      reason: 'InternalTrafficPolicyConflict',
      older: { service: { internalTrafficPolicy: 'Local' } },
      younger: { service: { internalTrafficPolicy: 'Cluster' } },
      shows: ({ spec }) => spec.internalTrafficPolicy,
      wins: 'Local',
    }),
    disagreement({
      id: 'conflict.traffic-distribution',
      says: 'The traffic distribution is that of the oldest export.',
      kep: kep.trafficDistribution('affects a service as a whole'),
      reason: 'TrafficDistributionConflict',
      older: { service: { trafficDistribution: 'PreferClose' } },
      younger: {},
      shows: ({ spec }) => spec.trafficDistribution,
      wins: 'PreferClose',
    }),
    disagreement({
      id: 'conflict.labels',
      says: 'Exported labels are those of the oldest export, all of them and none of the other’s.',
      kep: kep.labels('if the set of name/value pairs'),
      level: 'optional',
      reason: 'LabelsConflict',
      older: { export: { exportedLabels: { 'example.org/a': 'old' } } },
      younger: { export: { exportedLabels: { 'example.org/a': 'young', 'example.org/b': 'young' } } },
      shows: ({ metadata }) => exampleOnly(metadata.labels),
      wins: { 'example.org/a': 'old' },
    }),
    disagreement({
      id: 'conflict.annotations',
      says: 'Exported annotations are those of the oldest export, all of them and none of the other’s.',
      kep: kep.labels('if the set of name/value pairs'),
      level: 'optional',
      reason: 'AnnotationsConflict',
      older: { export: { exportedAnnotations: { 'example.org/a': 'old' } } },
      younger: { export: { exportedAnnotations: { 'example.org/a': 'young', 'example.org/b': 'young' } } },
      shows: ({ metadata }) => exampleOnly(metadata.annotations),
      wins: { 'example.org/a': 'old' },
    }),
    disagreement({
      id: 'conflict.ip-families',
      says: 'Where requests over one family would miss a part of the pods, both exporters say so.',
      kep: kep.exporting('must raise an `IPFamilyConflict`'),
      needs: 'two families',
      reason: 'IPFamilyConflict',
      older: { service: { ipFamilyPolicy: 'SingleStack', ipFamilies: ['IPv4'] } },
      younger: { service: { ipFamilyPolicy: 'SingleStack', ipFamilies: ['IPv6'] } },
      // Which families the import has is the implementation's choice: the oldest export's among them.
      shows: ({ spec }) => spec.ipFamilies?.includes('IPv4'),
      wins: true,
    }),
    {
      id: 'conflict.traffic-goes-on',
      says: 'When a conflict begins, the import stays as it was and requests go on being answered.',
      kep: kep.globalProperties('runtime traffic remains unaffected'),
      level: 'required',
      async run({ east, west }) {
        const backends = await west.serves('web');
        await west.exportsFirst('web');
        await east.reaches('web', backends);
        const { spec } = await east.sees.import('web');
        await east.service('web', {
          clusterIP: 'None',
          sessionAffinity: 'None',
          ports: [{ ...HTTP, port: 81 }],
        });
        const [ip = ''] = spec.ips ?? [];
        const [answers] = await Promise.all([
          east.network.asks(ip, 200),
          east.exports('web').then(() => east.sees.condition('web', 'Conflict', 'True', 'TypeConflict')),
        ]);
        deepEqual(
          answers.filter((answer) => answer !== backends[0]?.answer),
          [],
        );
        equal(answers.length, 200);
        deepEqual((await east.sees.import('web')).spec, spec);
      },
    },
    {
      id: 'conflict.ends',
      says: 'When the exporter that disagrees is gone, the other one states no conflict any more.',
      kep: kep.globalProperties('when the oldest cluster'),
      level: 'required',
      async run({ east, west }) {
        await west.service('web', { sessionAffinity: 'ClientIP' });
        await east.service('web');
        await west.exportsFirst('web');
        await east.exports('web');
        for (const member of [east, west]) await member.sees.condition('web', 'Conflict', 'True');
        await west.unexports('web');
        await east.sees.condition('web', 'Conflict', 'False');
      },
    },
  ],
};

function affinity(timeoutSeconds: number) {
  return { sessionAffinity: 'ClientIP', sessionAffinityConfig: { clientIP: { timeoutSeconds } } };
}

function exampleOnly(given: Readonly<Record<string, string>> = {}): Record<string, string> {
  return Object.fromEntries(Object.entries(given).filter(([key]) => key.startsWith('example.org/')));
}
