-- Upstream's name for misses, as a second name of the same number: datasets recorded there, and
-- queries written for it, say count_nohits. Whoever writes may use either; a trigger keeps both.
alter table stats_lookups add column count_nohits integer;
comment on column stats_lookups.count_nohits is 'upstream''s name for count_misses; kept equal by a trigger';

create function keep_upstream_misses() returns trigger language plpgsql as $$
begin
  if tg_op = 'INSERT' then
    new.count_misses := coalesce(new.count_nohits, new.count_misses);
  elsif new.count_nohits is distinct from old.count_nohits then
    new.count_misses := coalesce(new.count_nohits, 0);
  end if;
  new.count_nohits := new.count_misses;
  return new;
end
$$;

create trigger keep_upstream_misses
  before insert or update on stats_lookups
  for each row execute function keep_upstream_misses();
-- Also while rows are loaded with triggers off, as the other trigger of this table.
alter table stats_lookups enable always trigger keep_upstream_misses;

update stats_lookups set count_nohits = count_misses;
alter table stats_lookups alter column count_nohits set not null;

-- Returns rows of the table, so it has to know the new column.
create or replace function jsonb_populate_recordset(base stats_lookups, from_json jsonb)
returns setof stats_lookups language sql stable as $$
  select
    coalesce((r ->> 'id')::integer, base.id),
    case
      when jsonb_typeof(r -> 'hour') = 'number' then
        ((r ->> 'date')::date + make_interval(hours => (r ->> 'hour')::integer)) at time zone 'UTC'
      else coalesce((r ->> 'hour')::timestamptz, base.hour)
    end,
    coalesce((r ->> 'date')::date, base.date),
    coalesce((r ->> 'application_id')::integer, base.application_id),
    coalesce((r ->> 'count_hits')::integer, base.count_hits),
    coalesce((r ->> 'count_misses')::integer, (r ->> 'count_nohits')::integer, base.count_misses),
    coalesce((r ->> 'count_nohits')::integer, (r ->> 'count_misses')::integer, base.count_nohits)
  from jsonb_array_elements(from_json) r
$$;
