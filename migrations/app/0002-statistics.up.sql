-- Counters for the statistics pages. Each unique key is the conflict target of an upsert.

create table stats (
  id serial primary key,
  name varchar(255) not null,
  value integer not null,
  date date not null default current_date,
  constraint stats_name_date_key unique (name, date)
);

create index stats_date_idx on stats (date);

create table stats_lookups (
  id serial primary key,
  hour timestamptz not null,
  date date not null,
  application_id integer not null,
  count_hits integer not null default 0,
  count_misses integer not null default 0,
  constraint stats_lookups_hour_application_id_key unique (hour, application_id),
  constraint stats_lookups_count_hits_check check (count_hits >= 0),
  constraint stats_lookups_count_misses_check check (count_misses >= 0),
  constraint stats_lookups_application_id_fkey foreign key (application_id)
    references application (id) on delete cascade
);

comment on column stats_lookups.hour is 'truncated to the hour by a trigger';
comment on column stats_lookups.date is 'the UTC day of hour; set by a trigger, whatever is given';

create index stats_lookups_application_id_hour_idx on stats_lookups (application_id, hour);
create index stats_lookups_date_idx on stats_lookups (date);

create function truncate_lookup_hour() returns trigger language plpgsql as $$
begin
  new.hour := date_trunc('hour', new.hour at time zone 'UTC') at time zone 'UTC';
  new.date := (new.hour at time zone 'UTC')::date;
  return new;
end
$$;

create trigger truncate_lookup_hour
  before insert or update of hour, date on stats_lookups
  for each row execute function truncate_lookup_hour();
-- Also while rows are loaded with triggers off: the column is derived, never given.
alter table stats_lookups enable always trigger truncate_lookup_hour;

-- Upstream's shape of the same rows, to read and to write: day, hour of day, and its name for
-- misses. Updates and deletes go through by themselves; only an insert needs help.
create view stats_lookups_upstream as
  select
    id,
    date,
    extract(hour from hour at time zone 'UTC')::smallint as hour,
    application_id,
    count_hits,
    count_misses as count_nohits
  from stats_lookups;

create function insert_upstream_lookups() returns trigger language plpgsql as $$
begin
  insert into stats_lookups (id, hour, application_id, count_hits, count_misses) values (
    coalesce(new.id, nextval('stats_lookups_id_seq')),
    (new.date + make_interval(hours => new.hour)) at time zone 'UTC',
    new.application_id,
    coalesce(new.count_hits, 0),
    coalesce(new.count_nohits, 0)
  ) returning id into new.id;
  return new;
end
$$;

create trigger insert_upstream_lookups
  instead of insert on stats_lookups_upstream
  for each row execute function insert_upstream_lookups();

-- Datasets recorded upstream come as JSON rows of stats_lookups, with a number for hour, through
-- this function of PostgreSQL. For rows of this one table our overload is the closer match; it
-- reads both shapes. See docs/decisions/0012-lookup-hours.md.
create function jsonb_populate_recordset(base stats_lookups, from_json jsonb)
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

create table stats_user_agents (
  id serial primary key,
  date date not null,
  application_id integer not null,
  user_agent varchar(1000) not null,
  ip inet not null,
  count integer not null default 0,
  constraint stats_user_agents_date_application_id_user_agent_ip_key
    unique (date, application_id, user_agent, ip),
  constraint stats_user_agents_count_check check (count >= 0),
  constraint stats_user_agents_application_id_fkey foreign key (application_id)
    references application (id) on delete cascade
);

create index stats_user_agents_application_id_idx on stats_user_agents (application_id);

create table stats_top_accounts (
  id serial primary key,
  account_id integer not null,
  count integer not null,
  constraint stats_top_accounts_account_id_key unique (account_id),
  constraint stats_top_accounts_count_check check (count >= 0),
  constraint stats_top_accounts_account_id_fkey foreign key (account_id)
    references account (id) on delete cascade
);
