import { deepEqual, equal } from 'node:assert/strict';
import { setName } from '../driver/names.ts';
import { kep } from '../kep.ts';
import type { Chapter } from '../spec.ts';

export const exporting: Chapter = {
  title: 'Exporting',
  specs: [
    {
      id: 'export.opt-in',
      says: 'A Service that nobody exports is not imported anywhere.',
      kep: kep.exporting('explicitly marked for export'),
      level: 'required',
      async run({ east, all, everywhere, settled }) {
        await east.service('web');
        await settled(east);
        for (const member of all) equal(await member.sees.hasImport('web'), false, member.id);
        await everywhere((member) => member.network.doesNotResolve(setName('web', member.namespace)));
      },
    },
    {
      id: 'export.by-name',
      says: 'A ServiceExport exports the Service of its own name, and no other one beside it.',
      kep: kep.exporting('name-mapped to the service for export'),
      level: 'required',
      async run({ east, all, everywhere, settled }) {
        await east.service('web');
        await east.service('admin');
        await east.exports('web');
        await everywhere((member) => member.sees.import('web'));
        await settled(east);
        for (const member of all) equal(await member.sees.hasImport('admin'), false, member.id);
      },
    },
    {
      id: 'export.before-its-service',
      says: 'An export may be there before its Service: it takes effect when the Service comes.',
      kep: kep.exporting('name-mapped to the service for export'),
      level: 'required',
      async run({ east, everywhere }) {
        await east.exports('web');
        await east.sees.condition('web', 'Valid', 'False');
        await east.service('web');
        await east.sees.condition('web', 'Valid', 'True');
        await everywhere((member) => member.sees.import('web'));
      },
    },
    {
      id: 'export.one-service',
      says: 'Exports of one name and namespace are one service: requests reach the pods of all of them.',
      kep: kep.exporting('considered the same service and will be combined'),
      level: 'required',
      async run({ east, west, everywhere }) {
        const backends = [...(await east.serves('web')), ...(await west.serves('web'))];
        await east.exports('web');
        await west.exports('web');
        await everywhere((member) => member.reaches('web', backends));
      },
    },
    {
      id: 'export.twin-not-exported',
      says: 'A Service that is not exported in its own cluster gets no requests, though another cluster exports its twin.',
      kep: kep.exporting('will not be exported even if other clusters'),
      level: 'required',
      async run({ east, west, everywhere, settled }) {
        const [backends] = [await east.serves('web'), await west.serves('web')];
        await east.exports('web');
        await settled(east, west);
        await everywhere((member) => member.reaches('web', backends));
        await everywhere((member) => member.sees.clustersOf('web', [east.id]));
      },
    },
    {
      id: 'export.namespaces-apart',
      says: 'The same name in another namespace is another service.',
      kep: kep.terminology('namespaces with a given name are considered'),
      level: 'required',
      async run({ east, west, everywhere }) {
        await everywhere((member) => member.in('test').createsNamespace());
        const here = await east.serves('web');
        const there = await west.in('test').serves('web');
        await east.exports('web');
        await west.in('test').exports('web');
        await everywhere((member) => member.reaches('web', here));
        await everywhere((member) => member.in('test').reaches('web', there));
      },
    },
    {
      id: 'export.own-labels-only',
      says: 'Exported labels and annotations are those of the ServiceExport’s spec, none of the metadata of Service or ServiceExport.',
      kep: kep.exporting('must not be exported from the'),
      level: 'optional',
      async run({ east, everywhere }) {
        await east.cluster.service({
          apiVersion: 'v1',
          kind: 'Service',
          metadata: {
            namespace: east.namespace,
            name: 'web',
            labels: { 'example.org/mine': 'yes' },
            annotations: { 'example.org/mine': 'yes' },
          },
          spec: { ports: [{ port: 80 }] },
        });
        await east.exports('web', {
          exportedLabels: { 'example.org/team': 'shop' },
          exportedAnnotations: { 'example.org/contact': 'shop@example.org' },
        });
        await everywhere((member) =>
          member.sees.import('web', ({ metadata: { labels = {}, annotations = {} } }) => {
            equal(labels['example.org/team'], 'shop');
            equal(annotations['example.org/contact'], 'shop@example.org');
            const theirs = Object.keys({ ...labels, ...annotations }).filter((key) => key.endsWith('/mine'));
            deepEqual(theirs, []);
          }),
        );
      },
    },
  ],
};
