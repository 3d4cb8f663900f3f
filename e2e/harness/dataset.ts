/**
 * Recorded data for tests: the golden dataset and the fixtures of the case files, both from the
 * reference material that lies beside the repository.
 */
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { DATABASE_NAMES } from '../../server/config/settings.ts';
import type { TestDatabases } from './postgres.ts';

const REPOSITORY = fileURLToPath(new URL('../..', import.meta.url));
/** The reference material, beside the repository. */
export const REFERENCE = fileURLToPath(new URL('../../../shared', import.meta.url));
const LOADER = `${REFERENCE}/tools/load-dataset.mjs`;

/** The recorded rows behind the golden exchanges. */
export const GOLDEN_DATASET = `${REFERENCE}/data/golden/dataset.json`;
/** The rows, fingerprints and sequences the case files start from. */
export const CASE_FIXTURES = `${REFERENCE}/data/cases/fixtures.json`;

export interface LoadOptions {
  /** File of `{table: [row…]}`; the golden dataset when left out. */
  readonly dataset?: string;
  /** Fires the triggers of `fingerprint`, so that the changelog, and so the index, get the rows. */
  readonly triggers?: 'fire' | 'silent';
  /** Skips tables we do not have, of which MusicBrainz has many. */
  readonly missingTables?: 'refuse' | 'skip';
}

/** Whether the reference material is there: it is not part of the repository. */
export function hasReferenceData(): boolean {
  return existsSync(LOADER);
}

/** Empties and fills the tables of a dataset. Returns the loader's report, one line per table. */
export async function loadDataset(
  databases: Pick<TestDatabases, 'urls'>,
  options: LoadOptions = {},
): Promise<string> {
  const args = [
    LOADER,
    '--dataset',
    options.dataset ?? GOLDEN_DATASET,
    ...DATABASE_NAMES.flatMap((name) => [`--${name}`, databases.urls[name]]),
    ...(options.triggers === 'fire' ? ['--with-triggers'] : []),
    ...(options.missingTables === 'skip' ? ['--allow-missing'] : []),
  ];
  // The loader takes pg from the folder it is started in.
  const { stdout } = await promisify(execFile)(process.execPath, args, { cwd: REPOSITORY });
  return stdout;
}
