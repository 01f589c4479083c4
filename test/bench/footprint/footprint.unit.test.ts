import { expect, it } from 'vitest';
import { parseStatus, renderFootprint } from './figures.ts';

it('reads what is resident from the status of a process, in MiB', () => {
  const status = 'Name:\tnode\nVmPeak:\t 1180000 kB\nVmHWM:\t  131072 kB\nVmRSS:\t  102400 kB\n';
  expect(parseStatus(status)).toEqual({ residentMiB: 100, mostMiB: 128 });
});

it('refuses the status of a process that has ended', () => {
  expect(() => parseStatus('Name:\tnode\nState:\tZ (zombie)\n')).toThrow('no VmRSS');
});

it('lists the programs below each other', () => {
  expect(renderFootprint([{ name: 'tombolo member', readyMiB: 99.6, idleMiB: 88, mostMiB: 120 }])).toBe(
    'resident MiB       ready    idle    most\ntombolo member       100      88     120',
  );
});
