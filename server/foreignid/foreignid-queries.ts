import type { Queryable } from '../db/queryable.ts';

/** Finds or makes foreign ids written `vendor:id` (split at the first colon); their ids by text. */
export async function upsertForeignIds(
  fingerprint: Queryable,
  texts: readonly string[],
): Promise<ReadonlyMap<string, number>> {
  if (texts.length === 0) return new Map();
  const distinct = [...new Set(texts)];
  const { rows } = await fingerprint.query<{ id: number; place: number }>({
    name: 'upsert-foreignids',
    text: `
      with wanted as (
        select * from unnest($1::text[], $2::text[]) with ordinality as w (vendor, name, place)
      ), found_vendor as (
        select id, name from foreignid_vendor where name in (select vendor from wanted)
      ), made_vendor as (
        insert into foreignid_vendor (name)
        select vendor from wanted where vendor not in (select name from found_vendor)
        group by vendor order by min(place)
        on conflict (name) do update set name = excluded.name
        returning id, name
      ), vendor as (
        select id, name from found_vendor union all select id, name from made_vendor
      ), keyed as (
        select v.id as vendor_id, w.name, w.place from wanted w join vendor v on v.name = w.vendor
      ), found as (
        select f.id, k.place from keyed k
        join foreignid f on f.vendor_id = k.vendor_id and f.name = k.name
      ), made as (
        insert into foreignid (vendor_id, name)
        select vendor_id, name from keyed where place not in (select place from found)
        order by place
        on conflict (vendor_id, name) do update set name = excluded.name
        returning id, vendor_id, name
      )
      select id, place::int from found
      union all
      select m.id, k.place::int from made m join keyed k using (vendor_id, name)`,
    values: [
      distinct.map((text) => text.slice(0, text.indexOf(':'))),
      distinct.map((text) => text.slice(text.indexOf(':') + 1)),
    ],
  });
  const ids = new Map<string, number>();
  for (const { id, place } of rows) {
    const text = distinct[place - 1];
    if (text !== undefined) ids.set(text, id);
  }
  return ids;
}
