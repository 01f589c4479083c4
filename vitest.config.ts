import { defineConfig } from 'vitest/config';
import { ClosingLine } from './test/report/closing-line.ts';
import { SlowFirst } from './test/report/slow-first.ts';

const unit = [
  'apis/**/*.test.ts',
  'src/**/*.test.ts',
  'controllers/**/*.test.ts',
  'test/**/*.unit.test.ts',
  'e2e/**/*.unit.test.ts',
];
const integration = ['test/integration/**/*.test.ts', 'test/threats/**/*.test.ts'];

export default defineConfig({
  // Not below node_modules: an install must be able to empty that folder.
  cacheDir: '.tombolo/vitest',
  test: {
    reporters: ['default', new ClosingLine()],
    sequence: { sequencer: SlowFirst },
    projects: [
      // Projects with another number of workers run one after the other.
      // Property tests take as long as the machine makes them; a deadline is for what hangs. No module has a state,
      // so files need not be kept apart: that would cost more than their tests do.
      {
        test: {
          name: 'unit',
          include: unit,
          environment: 'node',
          testTimeout: 180_000,
          isolate: false,
          maxWorkers: 2,
          sequence: { groupOrder: 0 },
        },
      },
      {
        test: {
          name: 'integration',
          include: [...integration, 'test/faults/**/*.test.ts'],
          exclude: ['test/**/*.unit.test.ts', 'test/faults/**/*.long.test.ts'],
          globalSetup: ['test/prepare.ts'],
          environment: 'node',
          sequence: { groupOrder: 1 },
          testTimeout: 300_000,
          hookTimeout: 300_000,
          // Every file has control planes of its own, which wait more than they work: three files keep two cores
          // busy, and more would only make each other late.
          maxWorkers: 3,
        },
      },
      // Every fault by its number, those that take long too: `npm run test:faults`.
      {
        test: {
          name: 'faults',
          include: ['test/faults/**/*.test.ts'],
          exclude: ['test/**/*.unit.test.ts'],
          globalSetup: ['test/prepare.ts'],
          environment: 'node',
          sequence: { groupOrder: 5 },
          testTimeout: 600_000,
          hookTimeout: 300_000,
          maxWorkers: 2,
        },
      },
      // On real nodes, of which a machine carries one set at a time: `npm run test:e2e`.
      {
        test: {
          name: 'e2e',
          include: ['test/e2e/**/*.test.ts'],
          exclude: ['test/e2e/**/*.unit.test.ts'],
          globalSetup: ['test/e2e/prepare.ts', 'test/charts/prepare.ts'],
          environment: 'node',
          sequence: { groupOrder: 2 },
          testTimeout: 300_000,
          hookTimeout: 600_000,
          maxWorkers: 1,
        },
      },
      // With Helm 3 and Helm 4: `npm run test:charts`.
      {
        test: {
          name: 'charts',
          include: ['test/charts/**/*.test.ts'],
          exclude: ['test/charts/**/*.unit.test.ts'],
          globalSetup: ['test/prepare.ts', 'test/charts/prepare.ts'],
          environment: 'node',
          sequence: { groupOrder: 3 },
          testTimeout: 300_000,
          hookTimeout: 600_000,
          maxWorkers: 2,
        },
      },
      {
        test: {
          name: 'image',
          include: ['test/image/**/*.test.ts'],
          exclude: ['test/image/**/*.unit.test.ts'],
          globalSetup: ['test/image/prepare.ts'],
          environment: 'node',
          sequence: { groupOrder: 4 },
          testTimeout: 300_000,
          hookTimeout: 600_000,
        },
      },
    ],
  },
});
