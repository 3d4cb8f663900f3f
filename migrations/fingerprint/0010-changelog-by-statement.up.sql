-- New fingerprints reach the changelog by statement instead of row by row, and whoever has their
-- query hashes already (the importer, which searched by them) appends them before it inserts: taking
-- them again in SQL cost more than the insert. docs/decisions/0072.

drop trigger fingerprint_inserted on fingerprint;

-- The rows of this transaction: entries of other transactions say nothing about a new fingerprint.
-- The bounds on created leave two partitions to look at instead of all; an entry they miss costs a
-- second entry with the same hashes, which changes nothing.
create function log_inserted_fingerprints() returns trigger language plpgsql as $$
begin
  perform fpindex_changelog_append(i.id, coalesce(acoustid_extract_query(i.fingerprint), '{}'))
  from inserted i
  where i.fingerprint is not null and not exists (
    select from fpindex_changelog l
    where l.fingerprint_id = i.id and l.xid = pg_current_xact_id() and l.query is not null
      and l.created >= now() and l.created < now() + interval '1 day'
  )
  order by i.id;
  return null;
end
$$;

create trigger fingerprint_inserted
  after insert on fingerprint
  referencing new table as inserted
  for each statement execute function log_inserted_fingerprints();

-- The same hashes as before, by sets instead of a loop whose cost grew with the square of the hashes
-- taken. Nearly always the first 240 hashes hold 120 different ones; the rest is only read otherwise.
create or replace function acoustid_extract_query(hashes integer[]) returns integer[]
language plpgsql immutable strict parallel safe
as $$
declare
  silence constant integer := 627964279;
  sound_count integer;
  reach integer := 240;
  chosen integer[];
begin
  perform acoustid_check_hashes(hashes);
  sound_count := cardinality(hashes) - cardinality(array_positions(hashes, silence));
  if sound_count = 0 then
    return '{}';
  end if;
  hashes := hashes[array_lower(hashes, 1) + greatest(0, least(sound_count - 120, 80)) :];
  loop
    select array_agg(hash order by place) into chosen
    from (
      select hash & -16 as hash, min(place) as place
      from unnest(hashes[: reach]) with ordinality as item (hash, place)
      where hash <> silence group by 1 order by 2 limit 120
    ) as first;
    exit when cardinality(chosen) = 120 or reach >= cardinality(hashes);
    reach := cardinality(hashes);
  end loop;
  return coalesce(chosen, '{}');
end
$$;
