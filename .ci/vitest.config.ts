import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

/**
 * One project per kind of test, told apart by the file's suffix:
 *
 *   x.test.ts           pure, no I/O outside a temporary folder
 *   x.pg.test.ts        a real PostgreSQL, one fresh database set per file
 *   x.nats.test.ts      a real nats-server
 *   x.process.test.ts   real child processes: the index engine, the server, the whole appliance
 */
const root = fileURLToPath(new URL('..', import.meta.url));
const exclude = ['**/node_modules/**', '**/dist/**'];
const special = ['**/*.pg.test.ts', '**/*.nats.test.ts', '**/*.process.test.ts'];

export default defineConfig({
  root,
  test: {
    reporters: ['default', fileURLToPath(new URL('./closing-line.ts', import.meta.url))],
    // Two cores: more workers than that only make the process tests fight for time.
    maxWorkers: 2,
    projects: [
      {
        extends: true,
        test: { name: 'unit', include: ['**/*.test.ts'], exclude: [...exclude, ...special] },
      },
      {
        extends: true,
        test: {
          name: 'pg',
          include: ['**/*.pg.test.ts'],
          exclude,
          globalSetup: [
            fileURLToPath(new URL('../e2e/harness/postgres-setup.ts', import.meta.url)),
          ],
          testTimeout: 30_000,
          hookTimeout: 60_000,
        },
      },
      {
        extends: true,
        test: {
          name: 'nats',
          include: ['**/*.nats.test.ts'],
          exclude,
          testTimeout: 30_000,
          hookTimeout: 30_000,
        },
      },
      {
        extends: true,
        test: {
          name: 'process',
          include: ['**/*.process.test.ts'],
          exclude,
          testTimeout: 120_000,
          hookTimeout: 120_000,
        },
      },
    ],
  },
});
