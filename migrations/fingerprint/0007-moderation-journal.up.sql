-- What each moderation act changed, row by row, written in the act's own transaction: the record by
-- which it is undone. The listing for people, moderation_act of the app database, is made from it.
-- See docs/decisions/0050-moderation-journal.md.

create table moderation_journal (
  id uuid primary key default gen_random_uuid(),
  act_id integer not null,
  kind text not null,
  account_id integer,
  note text not null,
  created timestamptz not null default now(),
  act jsonb not null,
  counts jsonb not null default '{}',
  tracks integer[] not null default '{}',
  undoes uuid,
  undone_by uuid,
  listed boolean not null default false,
  constraint moderation_journal_act_id_key unique (act_id),
  constraint moderation_journal_undoes_key unique (undoes),
  constraint moderation_journal_undone_by_key unique (undone_by),
  constraint moderation_journal_note_check check (note <> ''),
  constraint moderation_journal_undoes_fkey foreign key (undoes)
    references moderation_journal (id) on delete cascade,
  constraint moderation_journal_undone_by_fkey foreign key (undone_by)
    references moderation_journal (id) on delete set null
);

comment on column moderation_journal.act_id is 'id of moderation_act in the app database';
comment on column moderation_journal.act is 'what was asked for; of an undo, {"undo": act_id}';
comment on column moderation_journal.counts is 'changed rows by table';
comment on column moderation_journal.tracks is 'the tracks concerned, as many as are kept';
comment on column moderation_journal.listed is 'whether moderation_act has its row';

create index moderation_journal_unlisted_idx on moderation_journal (act_id) where not listed;

-- One row per change of a row, in the order in which they happened. An update keeps only the columns
-- it changed: a fingerprint that moves to another track is not kept with its vector.
create table moderation_change (
  id bigserial primary key,
  journal_id uuid not null,
  table_name text not null,
  row_id integer not null,
  before jsonb,
  after jsonb,
  constraint moderation_change_journal_id_fkey foreign key (journal_id)
    references moderation_journal (id) on delete cascade
);

comment on column moderation_change.before is 'null: the row was made';
comment on column moderation_change.after is 'null: the row was deleted';

create index moderation_change_journal_id_idx on moderation_change (journal_id, id);
create index moderation_change_row_idx on moderation_change (table_name, row_id, id);
-- Metadata that an undo would link again must not be cleaned up meanwhile.
create index moderation_change_meta_id_idx on moderation_change ((before ->> 'meta_id'))
  where before ? 'meta_id';

-- Time stamps are compared as text, so they must read the same whoever is connected.
create function record_moderation_change() returns trigger language plpgsql
set timezone = 'UTC' as $$
declare
  before jsonb := case when tg_op <> 'INSERT' then to_jsonb(old) end;
  after jsonb := case when tg_op <> 'DELETE' then to_jsonb(new) end;
  row_id integer := coalesce(after ->> 'id', before ->> 'id');
begin
  if tg_op = 'UPDATE' then
    select jsonb_object_agg(n.key, before -> n.key), jsonb_object_agg(n.key, n.value)
      into before, after
      from jsonb_each(after) n
      where n.value is distinct from before -> n.key;
    if after is null then
      return null;
    end if;
  end if;
  insert into moderation_change (journal_id, table_name, row_id, before, after)
    values (current_setting('acoustid.moderation')::uuid, tg_table_name, row_id, before, after);
  return null;
end
$$;

-- Only what an act changes is recorded, by name of its journal in a setting of its transaction;
-- imports and everything else pay for looking at the setting.
do $$
declare
  recorded text;
begin
  foreach recorded in array array[
    'track', 'fingerprint', 'track_mbid', 'track_mbid_source', 'track_mbid_change', 'track_puid',
    'track_puid_source', 'track_meta', 'track_meta_source', 'track_foreignid',
    'track_foreignid_source'
  ] loop
    execute format(
      'create trigger record_moderation_change
        after insert or update or delete on %I
        for each row when (current_setting(''acoustid.moderation'', true) <> '''')
        execute function record_moderation_change()',
      recorded
    );
  end loop;
end
$$;

-- An undo puts back what was there, chains and all: the rule that shortens them would meddle.
drop trigger propagate_track_merge on track;
create trigger propagate_track_merge
  after insert or update of new_id on track
  for each row when (
    new.new_id is not null
    and coalesce(current_setting('acoustid.reverting', true), '') <> 'on'
  )
  execute function update_merged_track_references();

-- Takes back the changes of a journal, the last one first, and returns those that could not be taken
-- back because the row is not as the act left it. The caller rolls back if there are any. Runs as an
-- act itself, so what it does is recorded too.
--
-- `updated` alone is no reason to refuse: two acts on one track may have nothing else in common. Where
-- it is not as the act left it, something else was changed later, and that time stays.
create function revert_moderation(reverted uuid)
returns table (table_name text, row_id integer, columns text[], problem text)
language plpgsql set timezone = 'UTC' as $$
#variable_conflict use_column
declare
  change moderation_change;
  found_row jsonb;
  changed text[];
  restored jsonb;
  names text;
begin
  for change in
    select c.* from moderation_change c where c.journal_id = reverted order by c.id desc
  loop
    execute format('select to_jsonb(t) from %I t where t.id = $1 for update', change.table_name)
      into found_row using change.row_id;
    if (found_row is null) <> (change.after is null) then
      return query select change.table_name, change.row_id, null::text[],
        case when found_row is null then 'deleted' else 'made' end;
      continue;
    end if;
    changed := array(
      select a.key from jsonb_each(change.after) a
      where a.value is distinct from found_row -> a.key and a.key <> 'updated'
      order by a.key
    );
    if cardinality(changed) > 0 then
      return query select change.table_name, change.row_id, changed, 'changed';
      continue;
    end if;
    begin
      if change.before is null then
        execute format('delete from %I where id = $1', change.table_name) using change.row_id;
      else
        restored := change.before;
        if change.after ? 'updated'
          and change.after -> 'updated' is distinct from found_row -> 'updated'
        then
          restored := restored - 'updated';
        end if;
        select string_agg(quote_ident(key), ', ') into names from jsonb_object_keys(restored) key;
        if change.after is null then
          execute format(
            'insert into %1$I (%2$s) select %2$s from jsonb_populate_record(null::%1$I, $1)',
            change.table_name, names
          ) using restored;
        elsif names is not null then
          execute format(
            'update %1$I set (%2$s) = (select %2$s from jsonb_populate_record(null::%1$I, $1)) where id = $2',
            change.table_name, names
          ) using restored, change.row_id;
        end if;
      end if;
    exception when integrity_constraint_violation then
      return query select change.table_name, change.row_id, null::text[], sqlerrm;
    end;
  end loop;
end
$$;
