import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** Files with property tests that take a second and more. */
const SLOW = ['conflict/record', 'conflict/messages', 'endpoints/line', 'conflict/laws'];

/** Most mutants fall to an example within milliseconds; only the others need thousands of inputs. */
export class PropertiesLast extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const rank = ({ moduleId }: TestSpecification) =>
      SLOW.findIndex((name) => moduleId.endsWith(`${name}.test.ts`));
    return files.toSorted((a, b) => rank(a) - rank(b));
  }
}
