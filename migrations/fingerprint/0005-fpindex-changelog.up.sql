-- The log the index follows: one row for each fingerprint made, changed or deleted.
--
--   id          dense enough to resume from; its order is the order of commits
--   query       the hashes the index must hold for the fingerprint; null removes it
--   xid         the transaction that wrote the row
--   created     clock time of the row, which also chooses its monthly partition
--
-- NOTE: there is no default partition. An insert no partition covers is refused, the import waits
-- and is tried again; rows in a default partition would never expire and would block its month.

create table fpindex_changelog (
  id bigserial not null,
  fingerprint_id integer not null,
  query integer[],
  xid xid8 not null default pg_current_xact_id(),
  created timestamptz not null default clock_timestamp(),
  constraint fpindex_changelog_pkey primary key (id, created)
) partition by range (created);

-- Lets a fingerprint without a vector of its own be checked for a row here, and an administrator
-- ask what the index was told about a fingerprint.
create index fpindex_changelog_fingerprint_id_idx on fpindex_changelog (fingerprint_id);

-- What retention removed so far. One row at most, so the key can only be true.
create table fpindex_meta (
  singleton boolean primary key default true,
  last_deleted_id bigint,
  last_deleted_created timestamptz,
  last_deleted_xid xid8,
  constraint fpindex_meta_singleton_check check (singleton)
);

create function fpindex_changelog_ensure_partitions(months_ahead integer default 12)
returns integer language plpgsql as $$
declare
  made integer := 0;
  this_month timestamp := date_trunc('month', clock_timestamp() at time zone 'UTC');
  month timestamp;
  partition_name text;
begin
  -- Two callers at once would both find the month missing, and one would fail.
  perform pg_advisory_xact_lock(hashtextextended('fpindex_changelog_ensure_partitions', 0));
  for ahead in 0..months_ahead loop
    month := this_month + make_interval(months => ahead);
    partition_name := 'fpindex_changelog_' || to_char(month, 'YYYYMM');
    if to_regclass(partition_name) is null then
      execute format(
        'create table %I partition of fpindex_changelog for values from (%L) to (%L)',
        partition_name,
        month at time zone 'UTC',
        (month + interval '1 month') at time zone 'UTC'
      );
      made := made + 1;
    end if;
  end loop;
  return made;
end
$$;

select fpindex_changelog_ensure_partitions();

-- The only writer of the log. The lock is held until commit, and the id is taken under it: that is
-- what makes the order of ids the order of commits, so a reader never misses a late lower id.
create function fpindex_changelog_append(fingerprint_id integer, query integer[])
returns bigint language plpgsql as $$
declare
  appended bigint;
begin
  perform pg_advisory_xact_lock(7723016524936704001);
  insert into fpindex_changelog (fingerprint_id, query)
    values (fpindex_changelog_append.fingerprint_id, fpindex_changelog_append.query)
    returning id into appended;
  return appended;
end
$$;

create function log_fingerprint_change() returns trigger language plpgsql as $$
begin
  if tg_op = 'DELETE' then
    perform fpindex_changelog_append(old.id, null);
  else
    -- A fingerprint of silence has no query hashes; it is still a fingerprint, so not null.
    perform fpindex_changelog_append(
      new.id, coalesce(acoustid_extract_query(new.fingerprint), '{}')
    );
  end if;
  return null;
end
$$;

create trigger fingerprint_inserted
  after insert on fingerprint
  for each row when (new.fingerprint is not null)
  execute function log_fingerprint_change();

-- Only the vector matters to the index: moving to another track or counting changes nothing there.
create trigger fingerprint_updated
  after update of fingerprint on fingerprint
  for each row when (
    new.fingerprint is not null and old.fingerprint is distinct from new.fingerprint
  )
  execute function log_fingerprint_change();

create trigger fingerprint_deleted
  after delete on fingerprint
  for each row execute function log_fingerprint_change();

create function log_fingerprint_truncate() returns trigger language plpgsql as $$
begin
  perform fpindex_changelog_append(id, null) from fingerprint;
  return null;
end
$$;

create trigger fingerprint_truncated
  before truncate on fingerprint
  for each statement execute function log_fingerprint_truncate();

-- With packed vectors only, SQL cannot read the hashes and the trigger above stays silent: whoever
-- inserts calls fpindex_changelog_append with the hashes it has. Checked at commit, because a
-- fingerprint the index never hears of would be lost without anybody noticing.
create function check_packed_fingerprint() returns trigger language plpgsql as $$
begin
  if not exists (select from fingerprint where id = new.id and fingerprint is null) then
    return null;
  end if;
  if not exists (select from fingerprint_data where fingerprint_id = new.id) then
    raise exception 'fingerprint % has neither a vector nor packed data', new.id
      using errcode = 'integrity_constraint_violation';
  end if;
  if tg_op = 'INSERT'
    and not exists (select from fpindex_changelog where fingerprint_id = new.id)
  then
    raise exception 'fingerprint % was not appended to fpindex_changelog', new.id
      using errcode = 'integrity_constraint_violation';
  end if;
  return null;
end
$$;

create constraint trigger fingerprint_packed
  after insert or update of fingerprint on fingerprint
  deferrable initially deferred
  for each row when (new.fingerprint is null)
  execute function check_packed_fingerprint();
