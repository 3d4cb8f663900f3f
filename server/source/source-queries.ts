import type { Queryable } from '../db/queryable.ts';

export interface Source {
  readonly applicationId: number;
  readonly accountId: number;
  readonly version: string | null;
}

/** Finds or makes the sources (application, account, version); their ids in the given order. */
export async function upsertSources(
  fingerprint: Queryable,
  sources: readonly Source[],
): Promise<number[]> {
  const { rows } = await fingerprint.query<{ id: number }>({
    name: 'upsert-sources',
    // Select first: the rows are nearly always there, and a refused insert burns a sequence number.
    text: `
      with wanted as (
        select * from unnest($1::int[], $2::int[], $3::text[])
          with ordinality as w (application_id, account_id, version, place)
      ), found as (
        select distinct s.id, s.application_id, s.account_id, s.version
        from wanted w join source s on s.application_id = w.application_id
          and s.account_id = w.account_id and s.version is not distinct from w.version
      ), made as (
        insert into source (application_id, account_id, version)
        select w.application_id, w.account_id, w.version from wanted w
        where not exists (
          select from found f where f.application_id = w.application_id
            and f.account_id = w.account_id and f.version is not distinct from w.version
        )
        group by w.application_id, w.account_id, w.version order by min(w.place)
        on conflict (application_id, account_id, version)
          do update set version = excluded.version
        returning id, application_id, account_id, version
      ), known as (
        select * from found union all select * from made
      )
      select k.id from wanted w join known k on k.application_id = w.application_id
        and k.account_id = w.account_id and k.version is not distinct from w.version
      order by w.place`,
    values: [
      sources.map(({ applicationId }) => applicationId),
      sources.map(({ accountId }) => accountId),
      sources.map(({ version }) => version),
    ],
  });
  return rows.map(({ id }) => id);
}

/** Finds or makes the audio formats of these exact names; their ids by name. */
export async function upsertFormats(
  fingerprint: Queryable,
  names: readonly string[],
): Promise<ReadonlyMap<string, number>> {
  if (names.length === 0) return new Map();
  const { rows } = await fingerprint.query<{ id: number; name: string }>({
    name: 'upsert-formats',
    text: `
      with wanted as (
        select name, min(place) as place
        from unnest($1::text[]) with ordinality as w (name, place) group by name
      ), found as (
        select id, name from format where name in (select name from wanted)
      ), made as (
        insert into format (name)
        select name from wanted where name not in (select name from found) order by place
        on conflict (name) do update set name = excluded.name
        returning id, name
      )
      select id, name from found union all select id, name from made`,
    values: [names],
  });
  return new Map(rows.map(({ id, name }) => [name, id]));
}
