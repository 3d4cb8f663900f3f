/** The rows that recorded HTTP cases start from and end with, in real databases. */
import { readFileSync } from 'node:fs';
import { Pool } from 'pg';
import { DATABASE_NAMES } from '../../server/config/settings.ts';
import { CASE_FIXTURES } from './dataset.ts';
import type { TestDatabases } from './postgres.ts';

type Row = Readonly<Record<string, unknown>>;
/** Rows by table, the tables in an order that foreign keys allow. */
export type Rows = Readonly<Record<string, readonly Row[]>>;

/** What a table should hold: columns are SQL expressions over it. */
export interface ExpectedRows {
  readonly table: string;
  readonly columns: readonly string[];
  /** By the first column when left out. */
  readonly order_by?: string;
  readonly rows: readonly Row[];
}

interface Fixtures {
  readonly tables: Rows;
  readonly extra_sets: Readonly<Record<string, Rows>>;
  readonly fingerprints: Readonly<Record<string, { readonly raw: readonly number[] }>>;
}

interface Table {
  readonly pool: Pool;
  readonly columns: ReadonlySet<string>;
}

/** Upstream's tables that have another shape here, by the view that keeps their old one. */
const VIEWS: Readonly<Record<string, string>> = { stats_lookups: 'stats_lookups_upstream' };
/** Where the cases were recorded, lookups read events from a table that these did not fill. */
const UNREAD = new Set(['musicbrainz.release_country', 'musicbrainz.release_unknown_country']);
const DAY_MS = 86_400_000;
const SQL_MARK = '$sql:';

const fixtures = JSON.parse(readFileSync(CASE_FIXTURES, 'utf8')) as Fixtures; // the file's shape

/** Empties, fills and reads the tables of one set of databases. */
export class CaseRows implements AsyncDisposable {
  readonly #pools: readonly Pool[];
  readonly #tables = new Map<string, Table>();
  #truncations: { readonly pool: Pool; readonly sql: string }[] = [];
  /** Sets in the musicbrainz database; they are large, and no case changes them. */
  #musicbrainzSets = '';

  private constructor(databases: TestDatabases) {
    this.#pools = DATABASE_NAMES.map((name) => {
      const pool = new Pool({ connectionString: databases.urls[name], max: 1 });
      // A connection may still be closing when its database is dropped, and hears of it.
      return pool.on('connect', (client) => client.on('error', () => undefined));
    });
  }

  static async open(databases: TestDatabases): Promise<CaseRows> {
    const rows = new CaseRows(databases);
    for (const pool of rows.#pools) await rows.#learn(pool);
    return rows;
  }

  /** Makes the databases hold these fixture sets (`base`, `musicbrainz`, `mb_extra`) alone. */
  async reset(sets: readonly string[]): Promise<void> {
    const musicbrainzSets = sets.filter((set) => set !== 'base').join();
    const kept = musicbrainzSets === this.#musicbrainzSets;
    for (const { pool, sql } of this.#truncations) {
      if (!kept || !sql.includes('musicbrainz.')) await pool.query(sql);
    }
    this.#musicbrainzSets = musicbrainzSets;
    for (const set of sets) {
      if (!kept || set === 'base') await this.insert(rowsOf(set));
    }
  }

  /** Inserts rows, triggers on, and moves each sequence past the highest id. */
  async insert(rows: Rows): Promise<void> {
    for (const [table, list] of Object.entries(rows)) {
      if (table === 'musicbrainz.release_event') {
        for (const [part, events] of Object.entries(eventTables(list))) {
          await this.#insertInto(part, events);
        }
      } else if (!UNREAD.has(table)) {
        await this.#insertInto(table, list);
      }
    }
  }

  /** Runs a statement on whichever database has the table. */
  async execute(table: string, sql: string): Promise<Row[]> {
    const { rows } = await this.#tableOf(table).pool.query<Row>(sql);
    return rows;
  }

  /** The rows a table holds in the expected columns, those left out that it does not have. */
  async read({ table, columns, order_by = '1' }: ExpectedRows): Promise<Row[]> {
    const name = VIEWS[table] ?? table;
    const has = this.#tableOf(table).columns;
    const selected = columns.filter((column) => !/^\w+$/.test(column) || has.has(column));
    const sql = `select to_jsonb(q) as row from (
      select ${selected.join(', ')} from ${name} order by ${order_by}) q`;
    return (await this.execute(table, sql)).map(({ row }) => row as Row); // to_jsonb of a record
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const pool of this.#pools) await pool.end();
  }

  async #learn(pool: Pool): Promise<void> {
    const { rows } = await pool.query<{ table: string; base: boolean; columns: string[] }>(`
      select case table_schema when 'public' then '' else table_schema || '.' end || table_name
          as "table",
        bool_or(c.relkind in ('r', 'p')) as base, json_agg(column_name) as columns
      from information_schema.columns
      join pg_class c on c.oid = (quote_ident(table_schema) || '.' || quote_ident(table_name))::regclass
      where table_schema in ('public', 'musicbrainz') and not c.relispartition
      group by 1`);
    for (const { table, columns } of rows) {
      this.#tables.set(table, { pool, columns: new Set(columns) });
    }
    const emptied = rows.filter(({ base, table }) => base && table !== 'schema_migration');
    const names = emptied.map(({ table }) => table).join(', ');
    this.#truncations.push({ pool, sql: `truncate ${names} restart identity cascade` });
  }

  #tableOf(table: string): Table {
    const found = this.#tables.get(VIEWS[table] ?? table);
    if (!found) throw new Error(`no database has a table ${table}`);
    return found;
  }

  async #insertInto(table: string, list: readonly Row[]): Promise<void> {
    const name = VIEWS[table] ?? table;
    // MusicBrainz has many tables that we do not; lookups never see them.
    if (!this.#tables.has(name) && table.startsWith('musicbrainz.')) return;
    const { columns: has, pool } = this.#tableOf(table);
    for (const [columns, group] of groupByColumns(list.map(resolveRow), has)) {
      const selected = columns.map((column) => {
        const value = group[0]?.[column];
        return isSql(value) ? value.slice(SQL_MARK.length) : column;
      });
      await pool.query(
        `insert into ${name} (${columns.join(', ')})
         select ${selected.join(', ')} from jsonb_populate_recordset(null::${name}, $1)`,
        [JSON.stringify(group.map((row) => withoutSql(row)))],
      );
    }
    if (!has.has('id')) return;
    await pool.query(`
      select setval(s, (select max(id) from ${name}))
      from pg_get_serial_sequence('${table}', 'id') s
      where s is not null and (select max(id) from ${name}) is not null`);
  }
}

/** Replaces `{"$fp": name}` by the fingerprint of that name. */
export function resolveFingerprints(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || !('$fp' in value)) return value;
  return fixtures.fingerprints[String(value.$fp)]?.raw;
}

function rowsOf(set: string): Rows {
  const extra = fixtures.extra_sets[set];
  if (extra) return extra;
  return Object.fromEntries(
    Object.entries(fixtures.tables).filter(
      ([table]) => table.startsWith('musicbrainz.') === (set === 'musicbrainz'),
    ),
  );
}

function resolveRow(row: Row): Row {
  return Object.fromEntries(
    Object.entries(row).map(([column, value]) => {
      const days = typeof value === 'string' && /^now-(\d+)d$/.exec(value)?.[1];
      if (!days) return [column, resolveFingerprints(value)];
      return [column, new Date(Date.now() - Number(days) * DAY_MS).toISOString()];
    }),
  );
}

/** Rows with the same columns, and the same SQL in them, make one statement. */
function groupByColumns(
  list: readonly Row[],
  has: ReadonlySet<string>,
): Iterable<[readonly string[], Row[]]> {
  const groups = new Map<string, [readonly string[], Row[]]>();
  for (const row of list) {
    const columns = Object.keys(row).filter((column) => has.has(column));
    const key = columns.map((column) => (isSql(row[column]) ? row[column] : column)).join();
    const group = groups.get(key) ?? [columns, []];
    groups.set(key, group);
    group[1].push(row);
  }
  return groups.values();
}

function isSql(value: unknown): value is string {
  return typeof value === 'string' && value.startsWith(SQL_MARK);
}

function withoutSql(row: Row): Row {
  return Object.fromEntries(Object.entries(row).filter(([, value]) => !isSql(value)));
}

/** Upstream fills the view's two tables under their one name. */
function eventTables(list: readonly Row[]): Rows {
  return {
    'musicbrainz.release_country': list.filter(({ country }) => country !== null),
    'musicbrainz.release_unknown_country': list.filter(({ country }) => country === null),
  };
}
