import type { ServicePort } from '#apis/kubernetes/service.ts';
import type { ImportPort, IServiceImport } from '#apis/multicluster/service-import.ts';
import { HTTP } from '../driver/workload.ts';
import { kep } from '../kep.ts';
import type { Chapter } from '../spec.ts';
import { disagreement } from './conflict.ts';

const ADMIN: ServicePort = { ...HTTP, name: 'admin', port: 81 };
const MOVED: ServicePort = { ...HTTP, port: 8000 };
const RENAMED: ServicePort = { ...HTTP, name: 'web' };

export const portConflicts: Chapter = {
  title: 'Ports of exporters that differ',
  specs: [
    disagreement({
      id: 'ports.union',
      says: 'A port that only one exporter has is there, and the difference is stated.',
      kep: kep.servicePort('will expose the union of service ports'),
      reason: 'PortConflict',
      older: { service: { ports: [HTTP] } },
      younger: { service: { ports: [HTTP, ADMIN] } },
      shows,
      wins: wins(HTTP, ADMIN),
    }),
    disagreement({
      id: 'ports.same-name',
      says: 'Of two ports of one name, that of the oldest export is there.',
      kep: kep.servicePort('merge ports from constituent services first'),
      reason: 'PortConflict',
      older: { service: { ports: [HTTP] } },
      younger: { service: { ports: [MOVED] } },
      shows,
      wins: wins(HTTP),
    }),
    disagreement({
      id: 'ports.same-number',
      says: 'Of two ports of one protocol and number, that of the oldest export is there.',
      kep: kep.servicePort('must not have the same protocol and port number'),
      reason: 'PortConflict',
      older: { service: { ports: [HTTP] } },
      younger: { service: { ports: [RENAMED] } },
      shows,
      wins: wins(HTTP),
    }),
    disagreement({
      id: 'ports.app-protocol',
      says: 'The application protocol of a port is that of the oldest export.',
      kep: kep.servicePort('If the external properties of service ports'),
      reason: 'PortConflict',
      older: { service: { ports: [{ ...HTTP, appProtocol: 'kubernetes.io/h2c' }] } },
      younger: { service: { ports: [HTTP] } },
      shows,
      wins: wins({ ...HTTP, appProtocol: 'kubernetes.io/h2c' }),
    }),
    {
      id: 'ports.requests-of-union',
      says: 'Requests to a port that only one exporter has go to its pods only.',
      kep: kep.servicePort('services that actually expose the port'),
      level: 'required',
      async run({ east, west, everywhere }) {
        const older = await west.serves('web', { ports: [HTTP] });
        const younger = await east.serves('web', { ports: [HTTP, ADMIN] });
        await west.exportsFirst('web');
        await east.exports('web');
        await everywhere((member) => member.reaches('web', [...older, ...younger], { port: HTTP.port }));
        await everywhere((member) => member.reaches('web', younger, { port: ADMIN.port }));
      },
    },
    {
      id: 'ports.requests-of-same-name',
      says: 'Where two ports share a name only, the port of the oldest export leads to its pods only.',
      kep: kep.servicePort('services that actually expose the port'),
      level: 'required',
      async run({ east, west, everywhere, settled }) {
        const older = await west.serves('web', { ports: [HTTP] });
        await east.serves('web', { ports: [MOVED] });
        await west.exportsFirst('web');
        await east.exports('web');
        await east.sees.condition('web', 'Conflict', 'True', 'PortConflict');
        await settled(east, west);
        await everywhere((member) => member.reaches('web', older, { port: HTTP.port }));
      },
    },
    {
      id: 'ports.requests-of-same-number',
      says: 'Where two ports differ in their name only, requests reach the pods of both: both expose that number.',
      kep: kep.servicePort('services that actually expose the port'),
      level: 'optional',
      async run({ east, west, everywhere }) {
        const older = await west.serves('web', { ports: [HTTP] });
        const younger = await east.serves('web', { ports: [RENAMED] });
        await west.exportsFirst('web');
        await east.exports('web');
        await everywhere((member) => member.reaches('web', [...older, ...younger], { port: HTTP.port }));
      },
    },
  ],
};

/** The ports of an import as a set. */
function shows({ spec }: IServiceImport): ImportPort[] {
  return [...spec.ports].sort((a, b) => a.port - b.port);
}

/** The same of Service ports: where they lead to is each cluster's own matter. */
function wins(...ports: ServicePort[]): ImportPort[] {
  return ports.map(({ targetPort: _, nodePort: __, ...port }) => port).sort((a, b) => a.port - b.port);
}
