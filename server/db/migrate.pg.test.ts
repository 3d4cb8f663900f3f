import { mkdir, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Client } from 'pg';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { readCatalog } from '../../e2e/harness/catalog.ts';
import { createEmptyDatabase } from '../../e2e/harness/postgres.ts';
import type { EmptyDatabase } from '../../e2e/harness/postgres.ts';
import { makeTemporaryFolder, removeTemporaryFolder } from '../../e2e/harness/temporary-folder.ts';
import { DATABASE_NAMES } from '../config/settings.ts';
import {
  DatabaseNewerError,
  MigrationChangedError,
  fileNameOf,
  migrateDown,
  migrateUp,
  migrationHistory,
  migrationStatus,
} from './migrate.ts';
import type { MigrationTarget } from './migrate.ts';
import { createMigration, readMigrations } from './migration-files.ts';

let empty: EmptyDatabase;
let client: Client;

beforeEach(async () => {
  empty = await createEmptyDatabase();
  client = new Client({ connectionString: empty.url });
  await client.connect();
});

afterEach(async () => {
  await client.end();
  await empty[Symbol.asyncDispose]();
});

describe.each(DATABASE_NAMES)('the migrations of %s', (database) => {
  let target: MigrationTarget;

  beforeEach(() => {
    target = { database, location: empty.url };
  });

  test('go up, down to nothing, and up to the same schema', async () => {
    const nothing = await readCatalog(client);
    const up = await migrateUp(target);
    const first = await readCatalog(client);
    const down = await migrateDown(target, { to: -1 });
    expect(down.map(fileNameOf)).toEqual(up.map(fileNameOf).reverse());
    expect(await readCatalog(client)).toEqual(nothing);
    await migrateUp(target);
    expect(await readCatalog(client)).toEqual(first);
  });

  test('each undo exactly what they did', async () => {
    const migrations = await readMigrations(database);
    const before = [];
    for (const { version } of migrations) {
      before.push(await readCatalog(client));
      await migrateUp(target, { to: version });
    }
    for (const [index] of migrations.entries()) {
      await migrateDown(target);
      expect(await readCatalog(client)).toEqual(before.at(-1 - index));
    }
  });

  test('change nothing the second time', async () => {
    await migrateUp(target);
    const first = await readCatalog(client);
    expect(await migrateUp(target)).toEqual([]);
    expect(await readCatalog(client)).toEqual(first);
    expect(await migrationStatus(target)).toMatchObject({ state: 'current', pending: [] });
  });

  test('are applied once when two runners start together', async () => {
    const [one, two] = await Promise.all([migrateUp(target), migrateUp(target)]);
    expect([...one, ...two].map(fileNameOf)).toEqual(
      (await readMigrations(database)).map(fileNameOf),
    );
    expect(Math.min(one.length, two.length)).toBe(0);
  });

  test('need no superuser, only the owner of the database', async () => {
    const name = new URL(empty.url).pathname.slice(1);
    await client.query(`create role ${name} login password 'secret'`);
    await client.query(`alter database ${name} owner to ${name}`);
    const location = empty.url.replace(/\/\/[^@]+@/, `//${name}:secret@`);
    try {
      await migrateUp({ database, location });
      expect(await migrateDown({ database, location }, { to: -1 })).not.toEqual([]);
    } finally {
      await client.query(`drop owned by ${name}`);
      await client.query(`alter database ${name} owner to current_user`);
      await client.query(`drop role ${name}`);
    }
  });
});

describe('the runner', () => {
  let root: string;
  let target: MigrationTarget;

  beforeAll(async () => {
    root = await makeTemporaryFolder('migrations');
  });

  afterAll(() => removeTemporaryFolder(root));

  beforeEach(async () => {
    removeTemporaryFolder(join(root, 'app'));
    await mkdir(join(root, 'app'));
    target = { database: 'app', location: empty.url, root };
  });

  async function write(stem: string, up: string, down = ''): Promise<void> {
    await writeFile(join(root, 'app', `${stem}.up.sql`), up);
    await writeFile(join(root, 'app', `${stem}.down.sql`), down);
  }

  async function tables(): Promise<string[]> {
    const { rows } = await client.query<{ name: string }>(
      `select tablename as name from pg_tables where schemaname = 'public' order by 1`,
    );
    return rows.map(({ name }) => name).filter((name) => name !== 'schema_migration');
  }

  test('refuses a migration that was changed after it was applied', async () => {
    await write('0001-one', 'create table one ()');
    await migrateUp(target);
    await write('0001-one', 'create table one (id int)');
    await write('0002-two', 'create table two ()');
    await expect(migrateUp(target)).rejects.toThrow(MigrationChangedError);
    await expect(migrateDown(target)).rejects.toThrow('0001-one of the app database was changed');
    expect(await tables()).toEqual(['one']);
    expect(await migrationStatus(target)).toMatchObject({ state: 'changed' });
  });

  test('does not mind other line ends', async () => {
    await write('0001-one', 'create table one (\n);\n');
    await migrateUp(target);
    await write('0001-one', 'create table one (\r\n);\r\n');
    expect(await migrateUp(target)).toEqual([]);
  });

  test('refuses a database newer than it knows, and says what to do', async () => {
    await write('0001-one', 'create table one ()');
    await write('0002-two', 'create table two ()');
    await migrateUp(target);
    await rename(join(root, 'app', '0002-two.up.sql'), join(root, '0002-two.up.sql'));
    await rename(join(root, 'app', '0002-two.down.sql'), join(root, '0002-two.down.sql'));
    const error: unknown = await migrateUp(target).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(DatabaseNewerError);
    expect(error).toMatchObject({ database: 'app', version: 2 });
    expect(String(error)).toContain('app database is at schema version 2');
    expect(String(error)).toContain('start the program version that last used it');
    await expect(migrateDown(target)).rejects.toThrow(DatabaseNewerError);
    expect(await migrationStatus(target)).toMatchObject({ state: 'newer', version: 2, latest: 1 });
  });

  test('refuses a migration that comes before one already applied', async () => {
    await write('0002-two', 'create table two ()');
    await migrateUp(target);
    await write('0001-one', 'create table one ()');
    await expect(migrateUp(target)).rejects.toThrow('0001-one of the app database came after');
  });

  test('leaves nothing of a migration that fails, and keeps those before it', async () => {
    await write('0001-one', 'create table one ()');
    await write('0002-two', 'create table two (); select 1 / 0; create table three ()');
    await expect(migrateUp(target)).rejects.toThrow(
      'migration 0002-two of the app database failed: division by zero',
    );
    expect(await tables()).toEqual(['one']);
    expect(await migrationStatus(target)).toMatchObject({ state: 'behind', version: 1 });
    await write('0002-two', 'create table two ()');
    expect((await migrateUp(target)).map(fileNameOf)).toEqual(['0002-two']);
  });

  test('runs a marked migration outside a transaction', async () => {
    await write('0001-one', 'create table one (id int)', 'drop table one');
    await write(
      '0002-index',
      '-- migrate: no transaction\ncreate index concurrently if not exists one_idx on one (id)',
      '-- migrate: no transaction\ndrop index concurrently if exists one_idx',
    );
    await migrateUp(target);
    const { rows } = await client.query(`select to_regclass('one_idx') is not null as there`);
    expect(rows).toEqual([{ there: true }]);
    await migrateDown(target, { to: -1 });
    expect(await tables()).toEqual([]);
  });

  test('builds an index concurrently while another runner waits', async () => {
    await write('0001-one', 'create table one (id int)');
    await write('0002-index', '-- migrate: no transaction\ncreate index concurrently on one (id)');
    const runs = await Promise.all([migrateUp(target), migrateUp(target), migrateUp(target)]);
    expect(runs.flat().map(fileNameOf)).toEqual(['0001-one', '0002-index']);
  });

  test('takes up a marked migration that was interrupted', async () => {
    await write('0001-one', '-- migrate: no transaction\ncreate table if not exists one (id int)');
    await migrateUp(target);
    await client.query('update schema_migration set applied = null');
    expect(await migrationStatus(target)).toMatchObject({ state: 'behind' });
    expect((await migrateUp(target)).map(fileNameOf)).toEqual(['0001-one']);
    expect((await migrationHistory(target))[0]?.applied).toBeInstanceOf(Date);
  });

  test('goes as far as it is told, both ways', async () => {
    for (const name of ['one', 'two', 'three', 'four'].entries()) {
      await write(
        `000${name[0]}-${name[1]}`,
        `create table ${name[1]} ()`,
        `drop table ${name[1]}`,
      );
    }
    await migrateUp(target, { to: 1 });
    expect(await tables()).toEqual(['one', 'two']);
    await migrateUp(target, { steps: 1 });
    expect(await tables()).toEqual(['one', 'three', 'two']);
    await migrateUp(target);
    await migrateDown(target);
    expect(await tables()).toEqual(['one', 'three', 'two']);
    await migrateDown(target, { to: 0 });
    expect(await tables()).toEqual(['one']);
    expect((await migrationHistory(target)).map(fileNameOf)).toEqual(['0000-one']);
  });

  test('says that a database is behind without touching it', async () => {
    await write('0001-one', 'create table one ()');
    expect(await migrationStatus(target)).toEqual({
      database: 'app',
      state: 'behind',
      version: null,
      latest: 1,
      pending: ['0001-one'],
    });
    expect(await migrationHistory(target)).toEqual([]);
    expect(await migrateDown(target)).toEqual([]);
    const { rows } = await client.query(`select to_regclass('schema_migration') as state`);
    expect(rows).toEqual([{ state: null }]);
  });

  test('uses a MusicBrainz mirror of somebody else as it is', async () => {
    await client.query('create schema musicbrainz; create table musicbrainz.recording (id int)');
    const mirror: MigrationTarget = { database: 'musicbrainz', location: empty.url };
    expect(await migrateUp(mirror)).toEqual([]);
    expect(await migrationStatus(mirror)).toMatchObject({ state: 'external', pending: [] });
    expect(await migrateDown(mirror)).toEqual([]);
  });

  test('says which database it cannot reach', async () => {
    const location = empty.url.replace(/\/test_\w+$/, '/nowhere');
    await expect(migrateUp({ ...target, location })).rejects.toThrow(
      'the app database cannot be reached: database "nowhere" does not exist',
    );
  });

  test('makes the two files of the next version', async () => {
    await write('0006-six', 'create table six ()');
    const paths = await createMigration('app', 'add-seven', root);
    expect(paths).toEqual([
      join(root, 'app', '0007-add-seven.up.sql'),
      join(root, 'app', '0007-add-seven.down.sql'),
    ]);
    expect((await readMigrations('app', root)).map(fileNameOf)).toEqual([
      '0006-six',
      '0007-add-seven',
    ]);
    await expect(createMigration('app', 'Add Eight', root)).rejects.toThrow('kebab-case');
  });

  test('refuses files that are misnamed, alone, or of one version', async () => {
    await writeFile(join(root, 'app', '1-one.up.sql'), '');
    await expect(migrateUp(target)).rejects.toThrow('is not named NNNN-<what>.up|down.sql');
    removeTemporaryFolder(join(root, 'app'));
    await mkdir(join(root, 'app'));
    await writeFile(join(root, 'app', '0001-one.up.sql'), '');
    await expect(migrateUp(target)).rejects.toThrow('0001-one.down.sql is missing');
    await write('0001-one', '');
    await write('0001-other', '');
    await expect(migrateUp(target)).rejects.toThrow('version 1 exists twice');
  });
});
