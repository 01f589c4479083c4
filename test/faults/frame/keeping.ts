import type { OpenedSet } from '#test/driver/use-set.ts';
import type { FaultId } from './catalogue.ts';
import { Deletions } from './deletions.ts';
import { type FaultOptions, fault } from './fault.ts';
import type { Finding } from './found.ts';

/** A fault in which the product has nothing to delete: whatever it deletes from the first step to the last is spurious. */
export function faultKeepingAll(
  set: OpenedSet,
  id: FaultId,
  what: string,
  body: (finding: Finding) => Promise<void>,
  options: FaultOptions = {},
): void {
  fault(
    id,
    what,
    async (finding) => {
      const deletions = await Deletions.since(set());
      await body(finding);
      finding.deleted(await deletions.all());
    },
    options,
  );
}
