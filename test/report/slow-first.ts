import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** Half a minute and more, the slowest first. Whatever begins last alone keeps one core busy and the other idle. */
const SLOW = [
  'faults/hub-content/hub-content',
  'integration/runtime/reflector',
  'faults/killed/killed',
  'faults/unseen/unseen',
  'integration/import/import',
  'integration/runtime/recovery',
  'integration/absence/proof',
  'integration/counts/changes',
  'integration/clusters/clusters',
  'integration/export/export',
  'integration/counts/restart',
  'integration/operation/process',
  'integration/conflict/conflict',
].map((name) => `test/${name}.test.ts`);

/** Begins with the slow files: Vitest knows how long a file takes only where it has run before. */
export class SlowFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    const rank = ({ moduleId }: TestSpecification) => {
      const at = SLOW.findIndex((name) => moduleId.endsWith(name));
      return at < 0 ? SLOW.length : at;
    };
    return sorted.toSorted((a, b) => rank(a) - rank(b));
  }
}
