/** Reads a database's whole definition from its catalogs, so that two can be compared. */
import type { Client } from 'pg';

// Our own objects: what an extension brings is the extension's, and the state table is the runner's.
const RELATIONS = `
  from pg_class c
  join pg_namespace n on n.oid = c.relnamespace
  where n.nspname not in ('pg_catalog', 'information_schema', 'pg_toast')
    and c.relname not in ('schema_migration', 'schema_migration_pkey')
    and not exists (select from pg_depend d where d.objid = c.oid and d.deptype = 'e')`;

const PARTS: Readonly<Record<string, string>> = {
  relations: `select n.nspname, c.relname, c.relkind, c.relispartition ${RELATIONS}`,
  columns: `
    select c.oid::regclass::text, a.attname, format_type(a.atttypid, a.atttypmod), a.attnotnull,
      a.attgenerated, a.attstorage, pg_get_expr(d.adbin, d.adrelid)
    from pg_attribute a
    left join pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum
    join pg_class c on c.oid = a.attrelid
    where a.attnum > 0 and not a.attisdropped and c.oid in (select c.oid ${RELATIONS})`,
  constraints: `
    select conrelid::regclass::text, conname, pg_get_constraintdef(oid) from pg_constraint
    where conrelid in (select c.oid ${RELATIONS})`,
  indexes: `
    select pg_get_indexdef(i.indexrelid) from pg_index i
    where i.indrelid in (select c.oid ${RELATIONS})`,
  triggers: `
    select tgrelid::regclass::text, tgname, tgenabled, pg_get_triggerdef(oid) from pg_trigger
    where not tgisinternal`,
  functions: `
    select p.oid::regprocedure::text, pg_get_functiondef(p.oid) from pg_proc p
    where p.pronamespace not in ('pg_catalog'::regnamespace, 'information_schema'::regnamespace)
      and not exists (select from pg_depend d where d.objid = p.oid and d.deptype = 'e')`,
  views: `
    select c.oid::regclass::text, pg_get_viewdef(c.oid) from pg_class c
    where c.relkind in ('v', 'm') and c.oid in (select c.oid ${RELATIONS})`,
  comments: `
    select c.oid::regclass::text, d.objsubid, d.description from pg_description d
    join pg_class c on c.oid = d.objoid where c.oid in (select c.oid ${RELATIONS})`,
  extensions: `select extname, extversion from pg_extension`,
  schemas: `select nspname from pg_namespace where nspname !~ '^pg_'`,
};

export type Catalog = Readonly<Record<string, readonly string[]>>;

/** Every definition in the database, as sorted lines under the kind of object. */
export async function readCatalog(client: Client): Promise<Catalog> {
  const catalog: Record<string, readonly string[]> = {};
  for (const [part, text] of Object.entries(PARTS)) {
    const { rows } = await client.query<unknown[]>({ text, rowMode: 'array' });
    catalog[part] = rows.map((row) => JSON.stringify(row)).sort();
  }
  return catalog;
}
