import { readFile } from 'node:fs/promises';
import { Client } from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTestDatabases } from '../../../e2e/harness/postgres.ts';
import type { TestDatabases } from '../../../e2e/harness/postgres.ts';
import { DATABASE_NAMES } from '../../config/settings.ts';

let databases: TestDatabases;

beforeAll(async () => {
  databases = await createTestDatabases();
});

afterAll(() => databases[Symbol.asyncDispose]());

/** `relation.column: type`, from the interfaces of a schema file. */
async function declaredColumns(database: string): Promise<string[]> {
  const source = await readFile(new URL(`./${database}.ts`, import.meta.url), 'utf8');
  const bodies = new Map(
    [...source.matchAll(/interface (\w+) \{\n(.*?)\n\}/gs)].map(([, name, body]) => [
      name!,
      [...body!.matchAll(/^ {2}'?([\w.]+)'?: (.*);$/gm)].map(([, key, type]) => [key!, type!]),
    ]),
  );
  const root = bodies.get(`${database[0]!.toUpperCase()}${database.slice(1)}Database`) ?? [];
  return root
    .flatMap(([relation, rows]) =>
      bodies.get(rows!)!.map(([column, type]) => `${relation}.${column}: ${type}`),
    )
    .sort();
}

// What a column of each type is, with the forms it may be declared in.
const TYPES: Readonly<Record<string, string>> = {
  int2: 'number',
  int4: 'number',
  int8: 'number',
  float4: 'number',
  bool: 'boolean',
  date: 'string',
  timestamptz: 'Timestamp',
  bytea: 'Buffer',
  _int4: 'number[]',
  jsonb: 'Json',
};

// Required columns that a trigger fills, so nobody needs to give them.
const FILLED = new Set(['stats_lookups.date', 'stats_lookups.count_nohits']);

function declarationOf(row: {
  relation: string;
  column: string;
  type: string;
  required: boolean;
  defaulted: boolean;
  generated: boolean;
}): string {
  const base = TYPES[row.type] ?? 'string';
  const nullable = row.required ? '' : ' | null';
  if (row.generated) return `GeneratedAlways<${base}${nullable}>`;
  const optional = row.defaulted || FILLED.has(`${row.relation}.${row.column}`);
  if (!optional) return `${base}${nullable}`;
  const nested = base === 'Timestamp' || base === 'Json';
  return nested ? `Generated${base}${nullable}` : `Generated<${base}${nullable}>`;
}

test.each(DATABASE_NAMES)('the row types of %s are those of its tables', async (database) => {
  const client = new Client({ connectionString: databases.urls[database] });
  await client.connect();
  const { rows } = await client.query<Parameters<typeof declarationOf>[0]>(
    `select
       case n.nspname when 'public' then c.relname else n.nspname || '.' || c.relname end as relation,
       a.attname as column, t.typname as type, a.attnotnull as required,
       a.atthasdef as defaulted, a.attgenerated <> '' as generated
     from pg_attribute a
     join pg_class c on c.oid = a.attrelid
     join pg_namespace n on n.oid = c.relnamespace
     join pg_type t on t.oid = a.atttypid
     where a.attnum > 0 and not a.attisdropped and not c.relispartition
       and c.relkind in ('r', 'p') and n.nspname in ('public', 'musicbrainz')
       and c.relname <> 'schema_migration'`,
  );
  const views = await client.query<{ relation: string; column: string }>(
    `select case n.nspname when 'public' then c.relname else n.nspname || '.' || c.relname end
       as relation, a.attname as column
     from pg_attribute a
     join pg_class c on c.oid = a.attrelid
     join pg_namespace n on n.oid = c.relnamespace
     where a.attnum > 0 and c.relkind in ('v', 'm') and n.nspname in ('public', 'musicbrainz')`,
  );
  await client.end();
  const declared = await declaredColumns(database);
  const ofViews = new Set(views.rows.map(({ relation }) => relation));
  const isOfView = (line: string): boolean => ofViews.has(line.slice(0, line.lastIndexOf('.')));
  const tables = declared.filter((line) => !isOfView(line.split(':')[0]!));
  expect(tables).toEqual(
    rows.map((row) => `${row.relation}.${row.column}: ${declarationOf(row)}`).sort(),
  );
  // A view's columns have no nullability of their own, so only their names are compared.
  expect(declared.map((line) => line.split(':')[0]!).filter(isOfView)).toEqual(
    views.rows.map(({ column, relation }) => `${relation}.${column}`).sort(),
  );
});
