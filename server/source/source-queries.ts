import type { Queryable } from '../db/queryable.ts';

/** Finds or makes the source (application, account, version); its id. */
export async function upsertSource(
  fingerprint: Queryable,
  source: { applicationId: number; accountId: number; version: string | null },
): Promise<number> {
  const { rows } = await fingerprint.query<{ id: number }>({
    name: 'upsert-source',
    // Select first: the row is nearly always there, and a refused insert burns a sequence number.
    text: `
      with found as (
        select id from source
        where application_id = $1 and account_id = $2 and version is not distinct from $3
      ), made as (
        insert into source (application_id, account_id, version)
        select $1, $2, $3 where not exists (select from found)
        on conflict (application_id, account_id, version)
          do update set version = excluded.version
        returning id
      )
      select id from found union all select id from made`,
    values: [source.applicationId, source.accountId, source.version],
  });
  return idOf(rows);
}

/** Finds or makes the audio format of this exact name; its id. */
export async function upsertFormat(fingerprint: Queryable, name: string): Promise<number> {
  const { rows } = await fingerprint.query<{ id: number }>({
    name: 'upsert-format',
    text: `
      with found as (
        select id from format where name = $1
      ), made as (
        insert into format (name) select $1 where not exists (select from found)
        on conflict (name) do update set name = excluded.name
        returning id
      )
      select id from found union all select id from made`,
    values: [name],
  });
  return idOf(rows);
}

function idOf(rows: readonly { id: number }[]): number {
  const [row] = rows;
  if (!row) throw new Error('an upsert returned no row');
  return row.id;
}
