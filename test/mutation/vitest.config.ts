import { defineConfig } from 'vitest/config';
import { PropertiesLast } from './properties-last.ts';

/** The tests of the folders that are mutated. One worker for each tester: what a mutant breaks shows in the first file. */
export default defineConfig({
  test: {
    include: ['controllers/{conflict,endpoints}/**/*.test.ts'],
    environment: 'node',
    setupFiles: ['test/mutation/setup.ts'],
    isolate: false,
    sequence: { sequencer: PropertiesLast },
    testTimeout: 60_000,
  },
});
