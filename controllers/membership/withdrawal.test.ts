import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { IExportedEndpointSlice } from '#apis/hub/exported-endpoint-slice.ts';
import type { IExportedService } from '#apis/hub/exported-service.ts';
import type { IMemberReport } from '#apis/hub/member-report.ts';
import { evidenceFrom } from '#controllers/absence/evidence.ts';
import { serviceGone } from '#controllers/absence/proof.ts';
import { planWithdrawal, type WithdrawalInput } from './withdrawal.ts';

const report = (
  sequence: number,
  services: string[],
  clusterUID = 'own',
  clusterSetUID = 'set',
): IMemberReport => ({
  metadata: { namespace: 'member-zzzc', name: 'report' },
  spec: { clusterUID, clusterSetUID, agentVersion: '0', inventory: { sequence, services } },
});
// What the plan reads of a record.
const record = (name: string, asserted: object, inventory?: object): never =>
  Object({ metadata: { namespace: 'member-zzzc', name }, spec: { asserted, inventory } }) as never;
const service = (sequence: number, uid = 'own'): IExportedService =>
  record('prod.db', { uid, sequence }, { sequence, slices: [] });
const slice = (sequence: number, uid = 'own'): IExportedEndpointSlice =>
  record('prod.db.x', { uid, sequence });

const plan = (input: Partial<WithdrawalInput>) =>
  planWithdrawal({ uid: 'own', clusterSetUID: 'set', report: undefined, services: [], slices: [], ...input });

describe('a member that withdraws', () => {
  it('writes an inventory that names nothing above all that it has said, and then deletes its records', () => {
    const held = report(5, ['prod.db']);
    const [one, two] = [service(7), slice(9)];
    expect(plan({ report: held, services: [one], slices: [two] })).toEqual({
      is: 'own',
      report: { held, above: 9 },
      services: [one],
      slices: [two],
    });
  });

  it('goes on where it was broken off: an inventory that says so already is not written again', () => {
    expect(plan({ report: report(9, []), services: [service(7)] })).toMatchObject({ report: undefined });
    expect(plan({ report: report(9, []) })).toEqual({
      is: 'own',
      report: undefined,
      services: [],
      slices: [],
    });
  });

  it.each<[string, Partial<WithdrawalInput>]>([
    ['older than what it has asserted', { report: report(6, []), services: [service(7)] }],
    ['for another set', { report: report(9, [], 'own', 'before') }],
    ['missing beside its records', { services: [service(7)] }],
  ])('writes it where the empty one is %s', (_what, input) => {
    expect(plan(input)).toMatchObject({ report: { above: expect.any(Number) } });
  });

  it('claims nothing by a first report', () => expect(plan({})).toMatchObject({ report: undefined }));

  it('leaves alone what another cluster has under the id', () => {
    expect(plan({ report: report(9, ['prod.db'], 'other'), services: [service(9, 'other')] })).toEqual({
      is: 'foreign',
      why: 'the report under this id is cluster other’s, not this one’s (own)'.replaceAll('’', "'"),
    });
    expect(plan({ report: report(9, []), services: [service(9, 'other')] })).toMatchObject({ services: [] });
  });

  it('does so whatever lies there, so that every importer has its proof', () => {
    const sequence = fc.integer({ min: 1, max: 1_000 });
    fc.assert(
      fc.property(sequence, fc.array(sequence), fc.array(sequence), (said, services, slices) => {
        const input = {
          report: report(said, ['prod.db']),
          services: services.map((each) => service(each)),
          slices: slices.map((each) => slice(each)),
        };
        const withdrawal = plan(input);
        if (withdrawal.is !== 'own' || withdrawal.report === undefined) throw new Error('no report');
        const emptied = report(withdrawal.report.above + 1, []);
        const evidence = evidenceFrom({
          member: () => undefined,
          report: () => emptied,
          exportedService: () => undefined,
        });
        const at = { cluster: 'zzzc', namespace: 'prod', service: 'db' };
        for (const asserted of [...services, ...slices]) {
          expect(serviceGone(evidence, at, { uid: 'own', sequence: asserted })).toBeDefined();
        }
        // Run again after the report, and after any of the deletions, it has nothing but these left.
        expect(plan({ ...input, report: emptied })).toMatchObject({ report: undefined });
      }),
    );
  });
});
