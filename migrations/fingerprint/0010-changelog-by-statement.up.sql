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
