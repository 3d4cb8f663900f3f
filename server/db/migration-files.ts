/**
 * Migrations as files: `migrations/<database>/NNNN-<what>.up.sql` beside `NNNN-<what>.down.sql`.
 *
 * Each runs in a transaction of its own, unless the first line of the file is
 * `-- migrate: no transaction`. Such a file holds one statement (PostgreSQL wraps several sent
 * together in a transaction anyway) which may be repeated, because a crash may leave it half done.
 */
import { createHash } from 'node:crypto';
import { readFile, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { DatabaseName } from '../config/settings.ts';

const NO_TRANSACTION = '-- migrate: no transaction';
const FILE_NAME = /^(?<version>\d{4})-(?<name>[a-z0-9]+(?:-[a-z0-9]+)*)\.(?<way>up|down)\.sql$/;
const MIGRATION_NAME = /^[a-z0-9]+(?:-[a-z0-9]+)*$/;

export interface MigrationScript {
  readonly sql: string;
  readonly transactional: boolean;
}

export interface Migration {
  readonly version: number;
  readonly name: string;
  /** SHA-256 of the up file with line ends as `\n`, in hex. */
  readonly checksum: string;
  readonly up: MigrationScript;
  readonly down: MigrationScript;
}

/** Where the migrations of the repository lie. */
function migrationsRoot(): string {
  return fileURLToPath(new URL('../../migrations', import.meta.url));
}

/**
 * Reads one database's migrations, lowest version first. Throws when a file has no partner or a
 * version is taken twice; other file names are refused too, so that a misspelt one is not skipped.
 */
export async function readMigrations(
  database: DatabaseName,
  root = migrationsRoot(),
): Promise<readonly Migration[]> {
  const folder = join(root, database);
  const scripts = new Map<string, { up?: string; down?: string }>();
  for (const file of await readdir(folder)) {
    const match = FILE_NAME.exec(file)?.groups;
    if (!match) throw new Error(`${join(folder, file)} is not named NNNN-<what>.up|down.sql`);
    const key = `${match['version']}-${match['name']}`;
    const text = await readFile(join(folder, file), 'utf8');
    scripts.set(key, { ...scripts.get(key), [match['way'] as 'up' | 'down']: unixLines(text) });
  }
  const migrations = [...scripts.keys()].sort().map((key) => {
    const { up, down } = scripts.get(key) ?? {};
    if (up === undefined) throw new Error(`${join(folder, key)}.up.sql is missing`);
    if (down === undefined) throw new Error(`${join(folder, key)}.down.sql is missing`);
    return toMigration(key, up, down);
  });
  for (const [index, migration] of migrations.entries()) {
    if (migrations[index - 1]?.version === migration.version) {
      throw new Error(`version ${migration.version} exists twice in ${folder}`);
    }
  }
  return migrations;
}

/** Writes an empty pair of files with the next free version. Returns their paths. */
export async function createMigration(
  database: DatabaseName,
  name: string,
  root = migrationsRoot(),
): Promise<readonly string[]> {
  if (!MIGRATION_NAME.test(name)) {
    throw new Error(`a migration's name is kebab-case, like add-track-colour, not ${name}`);
  }
  const last = (await readMigrations(database, root)).at(-1)?.version ?? -1;
  const stem = join(root, database, `${String(last + 1).padStart(4, '0')}-${name}`);
  const paths = [`${stem}.up.sql`, `${stem}.down.sql`];
  for (const path of paths) await writeFile(path, '', { flag: 'wx' });
  return paths;
}

function toMigration(key: string, up: string, down: string): Migration {
  return {
    version: Number(key.slice(0, 4)),
    name: key.slice(5),
    checksum: createHash('sha256').update(up).digest('hex'),
    up: toScript(up),
    down: toScript(down),
  };
}

function toScript(sql: string): MigrationScript {
  return { sql, transactional: !sql.startsWith(NO_TRANSACTION) };
}

// A checkout may turn line ends into CRLF; that must not look like a changed migration.
function unixLines(text: string): string {
  return text.replaceAll('\r\n', '\n');
}
