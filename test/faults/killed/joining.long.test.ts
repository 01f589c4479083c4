import { describe, test } from 'vitest';
import { memberNamespace } from '#apis/hub/member.ts';
import { importedSlice, sliceRecord } from '#test/driver/slice-names.ts';
import {
  becomeMembers,
  EACH_TAKES_A_PROCESS_MS,
  joinsThoughKilled,
  leavesThoughKilled,
} from '#test/e2e/joining/lives.ts';
import { NS, useStage } from '#test/e2e/joining/stage.ts';
import { Deletions } from '../frame/deletions.ts';
import { fault } from '../frame/fault.ts';

/** A half-done join that cannot be repeated has cost others their users: https://github.com/karmada-io/karmada/issues/4987 */
describe('join and leave are killed after every single change that they make', () => {
  const stage = useStage();

  fault(
    'F01',
    'a join, typed again each time',
    async (finding) => {
      const deletions = await Deletions.since(stage.set());
      // The token, Namespace, Secret, the invitation, CRDs, ServiceAccount, roles, policies, ConfigMap, Deployment.
      const kills = await joinsThoughKilled(stage, { atLeast: 19 });
      finding.deleted(await deletions.all());
      finding.records({ 'joins killed': kills.length });
    },
    { timeout: EACH_TAKES_A_PROCESS_MS },
  );

  test('makes members, whose exports travel', () => becomeMembers(stage));

  fault(
    'F01',
    'a leave, typed again each time; the other member deletes nothing else',
    async (finding) => {
      const deletions = await Deletions.since(stage.set());
      const kills = await leavesThoughKilled(stage, { atLeast: 33 });
      const hub = memberNamespace('zzzc');
      finding.deleted(await deletions.all(), [
        ...['db', 'web'].flatMap((name) => [
          `hub: exportedservices ${hub}/${NS}.${name}`,
          `hub: exportedendpointslices ${hub}/${sliceRecord(NS, name, 'one')}`,
          `shbt: endpointslices ${NS}/${importedSlice(NS, name, 'one', 'zzzc')}`,
        ]),
        `shbt: serviceimports ${NS}/db`,
      ]);
      finding.records({ 'leaves killed': kills.length });
    },
    { timeout: EACH_TAKES_A_PROCESS_MS },
  );
});
