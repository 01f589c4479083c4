import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** Half a minute and more, the slowest first. Whatever begins last alone keeps one core busy and the other idle. */
const SLOW = [
  'absence/exporter-killed',
  'runtime/reflector',
  'absence/hub',
  'import/import',
  'runtime/recovery',
  'absence/proof',
  'counts/changes',
  'clusters/clusters',
  'export/export',
  'counts/restart',
  'operation/process',
  'conflict/conflict',
].map((name) => `test/integration/${name}.test.ts`);

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
