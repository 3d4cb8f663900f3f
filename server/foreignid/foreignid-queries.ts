import type { Queryable } from '../db/queryable.ts';

/** Finds or makes a foreign id written `vendor:id` (split at the first colon); its id. */
export async function upsertForeignId(fingerprint: Queryable, text: string): Promise<number> {
  const at = text.indexOf(':');
  const { rows } = await fingerprint.query<{ id: number }>({
    name: 'upsert-foreignid',
    text: `
      with found_vendor as (
        select id from foreignid_vendor where name = $1
      ), made_vendor as (
        insert into foreignid_vendor (name) select $1 where not exists (select from found_vendor)
        on conflict (name) do update set name = excluded.name
        returning id
      ), vendor as (
        select id from found_vendor union all select id from made_vendor
      ), found as (
        select f.id from foreignid f join vendor v on v.id = f.vendor_id where f.name = $2
      ), made as (
        insert into foreignid (vendor_id, name)
        select id, $2 from vendor where not exists (select from found)
        on conflict (vendor_id, name) do update set name = excluded.name
        returning id
      )
      select id from found union all select id from made`,
    values: [text.slice(0, at), text.slice(at + 1)],
  });
  const [row] = rows;
  if (!row) throw new Error('upsert of foreignid returned no row');
  return row.id;
}
