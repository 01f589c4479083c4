import { deepEqual, notEqual } from 'node:assert/strict';
import type { IService } from '#apis/kubernetes/service.ts';
import type { IServiceExport } from '#apis/multicluster/service-export.ts';
import type { IServiceImport } from '#apis/multicluster/service-import.ts';
import type { KepReference } from '../kep.ts';
import type { Level, Need, TriedSpec } from '../spec.ts';

/** What one of two exporters has to say. */
export interface Side {
  service?: NonNullable<IService['spec']>;
  export?: NonNullable<IServiceExport['spec']>;
}

/** Two exporters that disagree, and what has to become of it. */
export interface Disagreement {
  id: string;
  says: string;
  kep: KepReference;
  level?: Level;
  needs?: Need;
  /** Named by the condition Conflict of both. */
  reason: string;
  older: Side;
  younger: Side;
  /** What of the import they disagree about, and what has to be there in every cluster. */
  shows: (found: IServiceImport) => unknown;
  wins: unknown;
}

/**
 * A spec in which the cluster `west` exports first and `east` a second later: both must state the conflict with a
 * description, and every cluster must show what the older export wants.
 */
export function disagreement(one: Disagreement): TriedSpec {
  const { id, says, kep, level = 'required', needs, reason, older, younger, shows, wins } = one;
  return {
    id,
    says,
    kep,
    level,
    ...(needs && { needs }),
    async run({ east, west, everywhere }) {
      await Promise.all([west.service('web', older.service), east.service('web', younger.service)]);
      await west.exportsFirst('web', older.export);
      await east.exports('web', younger.export);
      for (const member of [east, west]) {
        const { message } = await member.sees.condition('web', 'Conflict', 'True', reason);
        notEqual(message, '');
      }
      await everywhere(async (member) => {
        await member.sees.clustersOf('web', [east.id, west.id]);
        await member.sees.import('web', (found) => deepEqual(shows(found), wins));
      });
    },
  };
}
