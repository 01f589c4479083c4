import type { Script, Step } from './script.ts';

function serves(port: number): Step[] {
  const tcp = [{ name: 'tcp', port }];
  const ipFamilies = ['IPv4'];
  return [{ do: 'service', at: 'bjpdc', service: 'db', spec: { ipFamilies, ports: tcp }, pauseMs: 0 }];
}

/** Histories that once failed, as short as they were found, under what they showed. */
export const KEPT: Readonly<Record<string, Script>> = {
  'the port of an exported Service is edited, and its imported slices went until the imports had followed': {
    seed: 0,
    steps: [
      ...serves(81),
      {
        do: 'slice',
        at: 'bjpdc',
        service: 'db',
        slice: 'x',
        addressType: 'IPv4',
        ports: [{ name: 'tcp', port: 8080, protocol: 'TCP' }],
        endpoints: [{ addresses: ['198.18.1.1'] }],
        pauseMs: 0,
      },
      { do: 'export', at: 'bjpdc', service: 'db', pauseMs: 500 },
      ...serves(80),
    ],
  },
};
