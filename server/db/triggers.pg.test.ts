import { randomInt } from 'node:crypto';
import { Client, Pool } from 'pg';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createTestDatabases } from '../../e2e/harness/postgres.ts';
import type { TestDatabases } from '../../e2e/harness/postgres.ts';
import { withTransaction } from './databases.ts';

let databases: TestDatabases;
let pool: Pool;

beforeAll(async () => {
  databases = await createTestDatabases();
  pool = new Pool({ connectionString: databases.urls.fingerprint, max: 12 });
});

afterAll(async () => {
  await pool.end();
  await databases[Symbol.asyncDispose]();
});

beforeEach(async () => {
  await pool.query('truncate track, source restart identity cascade');
  await pool.query('truncate fpindex_changelog');
});

type Runner = Pick<Pool, 'query'>;

async function insertTrack(on: Runner = pool): Promise<number> {
  const { rows } = await on.query<{ id: number }>(
    'insert into track (gid) values (gen_random_uuid()) returning id',
  );
  return rows[0]!.id;
}

async function insertFingerprint(
  trackId: number,
  hashes: readonly number[] | null,
  on: Runner = pool,
): Promise<number> {
  const { rows } = await on.query<{ id: number }>(
    'insert into fingerprint (track_id, fingerprint, length) values ($1, $2, 100) returning id',
    [trackId, hashes],
  );
  return rows[0]!.id;
}

describe('the changelog', () => {
  async function changelog(): Promise<unknown[]> {
    const { rows } = await pool.query(
      'select fingerprint_id, query from fpindex_changelog order by id',
    );
    return rows;
  }

  test('gets the query hashes of a new fingerprint', async () => {
    const hashes = Array.from({ length: 100 }, (_, index) => (index - 50) * 1_000);
    const id = await insertFingerprint(await insertTrack(), hashes);
    const { rows } = await pool.query('select acoustid_extract_query($1::int[]) as query', [
      hashes,
    ]);
    expect(await changelog()).toEqual([{ fingerprint_id: id, query: rows[0]?.query }]);
    expect(rows[0]?.query.length).toBeGreaterThan(10);
  });

  test('gets an empty query, not a deletion, for a fingerprint of silence', async () => {
    const id = await insertFingerprint(await insertTrack(), [627_964_279, 627_964_279]);
    expect(await changelog()).toEqual([{ fingerprint_id: id, query: [] }]);
  });

  test('hears of a changed vector, and of nothing else that changes', async () => {
    const track = await insertTrack();
    const id = await insertFingerprint(track, [1_600, 3_200]);
    await pool.query('update fingerprint set submission_count = 5, length = 7, updated = now()');
    await pool.query('update fingerprint set track_id = $1', [await insertTrack()]);
    await pool.query(`update fingerprint set fingerprint = '{1600,3200}'`);
    expect(await changelog()).toHaveLength(1);
    await pool.query(`update fingerprint set fingerprint = '{1600,4800}'`);
    expect((await changelog()).at(1)).toEqual({ fingerprint_id: id, query: [1_600, 4_800] });
  });

  test('hears of every deleted fingerprint, however it goes', async () => {
    const [one, two] = [await insertTrack(), await insertTrack()];
    const ids = [
      await insertFingerprint(one, [1_600]),
      await insertFingerprint(one, [3_200]),
      await insertFingerprint(two, [4_800]),
    ];
    await pool.query('delete from fingerprint where id = $1', [ids[0]]);
    await pool.query('delete from track where id = $1', [one]);
    await pool.query('truncate fingerprint cascade');
    expect((await changelog()).slice(3)).toEqual(
      ids.map((id) => ({ fingerprint_id: id, query: null })),
    );
  });

  test('keeps nothing of a transaction that was rolled back', async () => {
    const track = await insertTrack();
    await expect(
      withTransaction(pool, async (client) => {
        await insertFingerprint(track, [1_600], client);
        throw new Error('changed my mind');
      }),
    ).rejects.toThrow('changed my mind');
    expect(await changelog()).toEqual([]);
  });

  test('makes a second writer wait until the first commits, so ids follow commits', async () => {
    const track = await insertTrack();
    const first = await pool.connect();
    const second = await pool.connect();
    const { rows: me } = await second.query<{ pid: number }>('select pg_backend_pid() as pid');
    await first.query('begin');
    const early = await insertFingerprint(track, [1_600], first);
    const late = insertFingerprint(track, [3_200], second);
    await expect
      .poll(async () => {
        const { rows } = await pool.query(
          `select from pg_locks where locktype = 'advisory' and not granted and pid = $1`,
          [me[0]?.pid],
        );
        return rows.length;
      })
      .toBe(1);
    expect(await changelog()).toEqual([]);
    await first.query('commit');
    const ids = [early, await late];
    first.release();
    second.release();
    expect(await changelog()).toMatchObject(ids.map((id) => ({ fingerprint_id: id })));
  });

  test('is read without gaps by a reader that resumes from its last id', async () => {
    const track = await insertTrack();
    const writers = 6;
    const each = 20;
    let writing = writers;
    const seen: number[] = [];
    async function write(): Promise<void> {
      for (let made = 0; made < each; made += 1) {
        await withTransaction(pool, async (client) => {
          await insertFingerprint(track, [randomInt(1 << 30)], client);
          await client.query('select 1');
          if (made % 5 === 4) await insertFingerprint(track, [randomInt(1 << 30)], client);
        });
      }
      writing -= 1;
    }
    async function read(): Promise<void> {
      let last = 0;
      for (;;) {
        const final = writing === 0;
        const { rows } = await pool.query<{ id: string; fingerprint_id: number }>(
          'select id, fingerprint_id from fpindex_changelog where id > $1 order by id',
          [last],
        );
        seen.push(...rows.map((row) => row.fingerprint_id));
        last = Number(rows.at(-1)?.id ?? last);
        if (final) return;
      }
    }
    await Promise.all([read(), ...Array.from({ length: writers }, write)]);
    const { rows } = await pool.query<{ id: number }>('select id from fingerprint order by id');
    expect(seen.sort((a, b) => a - b)).toEqual(rows.map(({ id }) => id));
    expect(seen).toHaveLength(writers * (each + each / 5));
  });

  test('refuses an insert that no partition covers', async () => {
    const { rows } = await pool.query<{ partition: string }>(
      `select 'fpindex_changelog_' || to_char(clock_timestamp() at time zone 'UTC', 'YYYYMM') as partition`,
    );
    await pool.query(`drop table ${rows[0]!.partition}`);
    const track = await insertTrack();
    await expect(insertFingerprint(track, [1_600])).rejects.toThrow(
      'no partition of relation "fpindex_changelog" found for row',
    );
    await pool.query('select fpindex_changelog_ensure_partitions()');
    await insertFingerprint(track, [1_600]);
    expect(await changelog()).toHaveLength(1);
  });

  test('has partitions for this month and twelve more, made once by whoever comes first', async () => {
    const partitions = async (): Promise<number> => {
      const { rows } = await pool.query(
        `select from pg_inherits where inhparent = 'fpindex_changelog'::regclass`,
      );
      return rows.length;
    };
    expect(await partitions()).toBe(13);
    const made = await Promise.all(
      Array.from({ length: 4 }, async () => {
        const { rows } = await pool.query<{ made: number }>(
          'select fpindex_changelog_ensure_partitions(14) as made',
        );
        return rows[0]?.made;
      }),
    );
    expect(made.toSorted((a, b) => Number(a) - Number(b))).toEqual([0, 0, 0, 2]);
    expect(await partitions()).toBe(15);
  });
});

describe('a fingerprint whose vector is packed only', () => {
  const DATA = `insert into fingerprint_data (fingerprint_id, fingerprint) values ($1, '\\x01')`;

  test('is accepted with its data and the query hashes its importer appends', async () => {
    const track = await insertTrack();
    const id = await withTransaction(pool, async (client) => {
      const inserted = await insertFingerprint(track, null, client);
      await client.query(DATA, [inserted]);
      await client.query('select fpindex_changelog_append($1, $2)', [inserted, [16, 32]]);
      return inserted;
    });
    const { rows } = await pool.query('select fingerprint_id, query from fpindex_changelog');
    expect(rows).toEqual([{ fingerprint_id: id, query: [16, 32] }]);
  });

  test('is refused at commit when the index was not told', async () => {
    const track = await insertTrack();
    await expect(
      withTransaction(pool, async (client) => {
        await client.query(DATA, [await insertFingerprint(track, null, client)]);
      }),
    ).rejects.toThrow('was not appended to fpindex_changelog');
  });

  test('is refused at commit when it has no packed data', async () => {
    const track = await insertTrack();
    await expect(insertFingerprint(track, null)).rejects.toThrow(
      'neither a vector nor packed data',
    );
  });

  test('tells the index nothing when an old vector is dropped after packing', async () => {
    const id = await insertFingerprint(await insertTrack(), [1_600]);
    await expect(pool.query('update fingerprint set fingerprint = null')).rejects.toThrow(
      'neither',
    );
    await pool.query(DATA, [id]);
    await pool.query('update fingerprint set fingerprint = null');
    const { rows } = await pool.query('select fingerprint_id from fpindex_changelog');
    expect(rows).toEqual([{ fingerprint_id: id }]);
  });
});

describe('the submission count of a fingerprint', () => {
  test('is the number of its sources', async () => {
    const id = await insertFingerprint(await insertTrack(), [1_600]);
    for (const submission of [1, 2, 3]) {
      await pool.query(
        `with s as (insert into source (application_id, account_id) values ($2, 1) returning id)
         insert into fingerprint_source (fingerprint_id, source_id, submission_id)
         select $1, id, $2 from s`,
        [id, submission],
      );
    }
    const { rows } = await pool.query('select submission_count, updated from fingerprint');
    expect(rows).toEqual([{ submission_count: 3, updated: null }]);
  });

  test('does not count a submission twice, for it cannot be inserted twice', async () => {
    const id = await insertFingerprint(await insertTrack(), [1_600]);
    const insert = (): Promise<unknown> =>
      pool.query('insert into fingerprint_source (fingerprint_id, submission_id) values ($1, 9)', [
        id,
      ]);
    await insert();
    await expect(insert()).rejects.toMatchObject({ code: '23505' });
    const { rows } = await pool.query('select submission_count from fingerprint');
    expect(rows).toEqual([{ submission_count: 1 }]);
  });

  test('survives the source that gave it', async () => {
    const id = await insertFingerprint(await insertTrack(), [1_600]);
    await pool.query('insert into source (id, application_id, account_id) values (8, 1, 1)');
    await pool.query(
      'insert into fingerprint_source (fingerprint_id, source_id, submission_id) values ($1, 8, 4)',
      [id],
    );
    await pool.query('delete from source');
    const { rows } = await pool.query('select source_id, submission_id from fingerprint_source');
    expect(rows).toEqual([{ source_id: null, submission_id: 4 }]);
  });
});

describe('merging tracks', () => {
  let clients: Client[] = [];

  afterEach(async () => {
    for (const client of clients) await client.end();
    clients = [];
  });

  async function connect(): Promise<Client> {
    const client = new Client({ connectionString: databases.urls.fingerprint });
    await client.connect();
    clients.push(client);
    return client;
  }

  async function merge(from: number, into: number, on: Runner = pool): Promise<void> {
    await on.query('update track set new_id = $2 where id = $1', [from, into]);
  }

  async function targets(): Promise<Record<number, number | null>> {
    const { rows } = await pool.query<{ id: number; new_id: number | null }>(
      'select id, new_id from track',
    );
    return Object.fromEntries(rows.map(({ id, new_id }) => [id, new_id]));
  }

  beforeEach(async () => {
    for (let id = 1; id <= 5; id += 1) await insertTrack();
  });

  test('lets those that pointed at the merged track follow it', async () => {
    await merge(1, 2);
    await merge(3, 2);
    await merge(2, 4);
    expect(await targets()).toEqual({ 1: 4, 2: 4, 3: 4, 4: null, 5: null });
  });

  test('points past a target that is merged itself', async () => {
    await merge(2, 3);
    await merge(1, 2);
    expect(await targets()).toMatchObject({ 1: 3, 2: 3, 3: null });
  });

  test('keeps a track inserted as merged one hop long', async () => {
    await merge(2, 3);
    await pool.query('insert into track (id, gid, new_id) values (9, gen_random_uuid(), 2)');
    expect(await targets()).toMatchObject({ 9: 3 });
  });

  test('is refused when it would make a loop', async () => {
    await merge(1, 2);
    await merge(2, 3);
    await expect(merge(3, 1)).rejects.toThrow('that would be a loop');
    await expect(merge(4, 4)).rejects.toThrow('that would be a loop');
    expect(await targets()).toEqual({ 1: 3, 2: 3, 3: null, 4: null, 5: null });
  });

  test('ends with an error, not for ever, at a loop loaded without triggers', async () => {
    const client = await connect();
    await client.query('set session_replication_role = replica');
    await client.query(
      'update track set new_id = case id when 1 then 2 else 1 end where id in (1, 2)',
    );
    await expect(merge(3, 1)).rejects.toThrow('that would be a loop');
  });

  test('can be undone', async () => {
    await merge(1, 2);
    await pool.query('update track set new_id = null where id = 1');
    expect(await targets()).toMatchObject({ 1: null, 2: null });
  });

  test('stays flat when two merges meet', async () => {
    const [one, two] = [await connect(), await connect()];
    await one.query('begin');
    await merge(1, 2, one);
    const other = merge(2, 3, two);
    await one.query('commit');
    await other;
    expect(await targets()).toMatchObject({ 1: 3, 2: 3, 3: null });
  });

  test('makes no loop when two tracks are merged into each other at once', async () => {
    const [one, two] = [await connect(), await connect()];
    await one.query('begin');
    await two.query('begin');
    await merge(4, 5, one);
    const results = await Promise.allSettled([
      merge(1, 2, one).then(() => one.query('commit')),
      merge(2, 1, two).then(() => two.query('commit')),
    ]);
    await Promise.allSettled([one.query('rollback'), two.query('rollback')]);
    expect(results.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    const { 1: first, 2: second } = await targets();
    expect([first, second].filter((target) => target === null)).toHaveLength(1);
  });
});
