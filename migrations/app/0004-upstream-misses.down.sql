drop trigger keep_upstream_misses on stats_lookups;
drop function keep_upstream_misses();
alter table stats_lookups drop column count_nohits;

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
    coalesce((r ->> 'count_misses')::integer, (r ->> 'count_nohits')::integer, base.count_misses)
  from jsonb_array_elements(from_json) r
$$;
