import type { Script, Step } from './script.ts';

function serves(beat: number, port: number): Step {
  const spec = { ipFamilies: ['IPv4'], ports: [{ name: 'tcp', port }] };
  return { beat, pauseMs: 0, history: 0, do: 'service', at: 'bjpdc', service: 'db', spec };
}

/** Long enough for all to have followed. */
function exported(beat: number): Step {
  return { beat, pauseMs: 500, history: 0, do: 'export', at: 'bjpdc', service: 'db' };
}

/** Histories that once failed, as short as they were found, under what they showed. */
export const KEPT: Readonly<Record<string, Script>> = {
  'the port of an exported Service is edited, and its imported slices went until the imports had followed': {
    seed: 0,
    steps: [
      serves(0, 81),
      {
        beat: 0,
        pauseMs: 0,
        history: 0,
        do: 'slice',
        at: 'bjpdc',
        service: 'db',
        slice: 'x',
        addressType: 'IPv4',
        ports: [{ name: 'tcp', port: 8080, protocol: 'TCP' }],
        endpoints: [{ addresses: ['198.18.1.1'] }],
      },
      exported(0),
      serves(1, 80),
    ],
  },
  'an import was deleted by hand while the agent was away, its source withdrew, and its derived Service stayed':
    {
      seed: 0,
      steps: [
        serves(0, 80),
        exported(0),
        { beat: 1, pauseMs: 200, fault: 'stop', at: 'shbt', lasts: 2 },
        { beat: 2, pauseMs: 0, history: 0, do: 'tamper', at: 'shbt', service: 'db', what: 'import' },
        { beat: 2, pauseMs: 500, history: 0, do: 'no export', at: 'bjpdc', service: 'db' },
      ],
    },
  'an import was deleted by hand while a slip had lost the record of its source, and its derived Service went':
    {
      seed: 1754,
      steps: [
        serves(0, 80),
        exported(0),
        { beat: 1, pauseMs: 200, fault: 'stop', at: 'bjpdc', lasts: 3 },
        { beat: 2, pauseMs: 200, do: 'slip', at: 'bjpdc', what: 'services' },
        { beat: 3, pauseMs: 500, history: 0, do: 'tamper', at: 'shbt', service: 'db', what: 'import' },
      ],
    },
  'a policy refused a derived Service for a while, and nobody asked for that again': {
    seed: 1705,
    steps: [
      { beat: 0, pauseMs: 0, fault: 'denied', at: 'shbt', history: 0, what: 'services', lasts: 2 },
      serves(1, 80),
      exported(1),
    ],
  },
};
