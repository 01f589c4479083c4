import { equal, match, notEqual } from 'node:assert/strict';
import { kep } from '../kep.ts';
import type { Chapter } from '../spec.ts';

export const conditions: Chapter = {
  title: 'What an export says of itself',
  specs: [
    {
      id: 'condition.valid',
      says: 'An export that can be exported says so: Valid is True.',
      kep: kep.exporting('The ServiceExport and its Service is exportable'),
      level: 'required',
      async run({ east }) {
        await east.service('web');
        await east.exports('web');
        await east.sees.condition('web', 'Valid', 'True', 'Valid');
      },
    },
    {
      id: 'condition.ready',
      says: 'An export that other clusters can see says so: Ready is True.',
      kep: kep.exporting('The service has been exported'),
      level: 'optional',
      async run({ east }) {
        await east.service('web');
        await east.exports('web');
        const { reason } = await east.sees.condition('web', 'Ready', 'True');
        match(reason, /^(Exported|Ready)$/);
      },
    },
    {
      id: 'condition.no-service',
      says: 'An export without a Service is not valid, and says why.',
      kep: kep.exporting('name-mapped to the service for export'),
      level: 'optional',
      async run({ east }) {
        await east.exports('web');
        const { message } = await east.sees.condition('web', 'Valid', 'False', 'NoService');
        notEqual(message, '');
        await east.sees.condition('web', 'Ready', 'False');
      },
    },
    {
      id: 'condition.conflict-described',
      says: 'A conflict’s message names a cluster that the service’s value is taken from.',
      kep: kep.globalProperties('with a description of the conflict'),
      level: 'required',
      async run({ east, west }) {
        await west.service('web', { sessionAffinity: 'ClientIP' });
        await east.service('web');
        await west.exportsFirst('web');
        await east.exports('web');
        for (const member of [east, west]) {
          const { message } = await member.sees.condition('web', 'Conflict', 'True');
          equal(message.includes(west.id), true, message);
        }
      },
    },
  ],
};
