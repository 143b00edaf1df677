import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';
import { SlowFirst } from './test/slow-first.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const shared = {
  environment: 'node',
  setupFiles: '.ci/test/seed.ts',
  testTimeout: 20_000,
  hookTimeout: 60_000,
  expect: { poll: { timeout: 10_000 } },
} as const;

/**
 * `unit`: beside the code, no network beyond loopback, no Python. `integration`: real processes of several packages and
 * the other side's own clients (stock mlflow, y-websocket). `frameworks`: PyTorch, Lightning and Keras, whose environment is
 * large: only when asked for. `browser`: real pages in Chromium. `editor`: the packaged
 * extension in a real VS Code window.
 */
export default defineConfig({
  root,
  test: {
    maxWorkers: 2,
    sequence: { sequencer: SlowFirst },
    projects: [
      {
        root,
        test: {
          ...shared,
          name: 'unit',
          maxWorkers: 3, // they wait for timers and processes a quarter of the time
          include: ['{shared,desktop,extension,sync-server,.ci}/**/*.test.{ts,tsx}'],
          exclude: ['**/node_modules/**', '**/dist/**'],
        },
      },
      {
        root,
        test: {
          ...shared,
          name: 'integration',
          include: ['test/{integration,chaos}/**/*.test.ts'],
          testTimeout: 120_000,
          hookTimeout: 180_000,
        },
      },
      {
        root,
        test: {
          ...shared,
          name: 'frameworks',
          include: ['test/frameworks/**/*.test.ts'],
          testTimeout: 600_000,
          hookTimeout: 1_200_000,
          fileParallelism: false,
        },
      },
      {
        root,
        test: {
          ...shared,
          name: 'browser',
          include: ['test/browser/**/*.test.ts'],
          testTimeout: 120_000,
          hookTimeout: 180_000,
        },
      },
      {
        root,
        test: {
          ...shared,
          name: 'editor',
          include: ['test/editor/**/*.test.ts'],
          testTimeout: 240_000,
          hookTimeout: 300_000,
        },
      },
    ],
  },
});
