import type { TestProject } from 'vitest/node';
import { startPostgres } from './postgres.ts';

/** vitest's global setup of the `pg` project: one PostgreSQL for the run, templates migrated. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const postgres = await startPostgres({ templates: 'migrated' });
  project.provide('postgres', postgres.url);
  return async () => {
    await postgres[Symbol.asyncDispose]();
  };
}
